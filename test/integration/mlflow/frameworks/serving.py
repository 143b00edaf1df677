"""A model from the registry by its alias: loaded, evaluated, asked in a batch and over HTTP by MLflow's own commands."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import mlflow
import numpy
import pandas
import requests
from mlflow.models import infer_signature
from mlflow.tracking import MlflowClient
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

client = MlflowClient()
mlflow.set_experiment("serving")
features, target = load_wine(return_X_y=True, as_frame=True)
train, test, train_target, test_target = train_test_split(features, target, random_state=0)


def command(*args, **options):
    """As in an activated environment: MLflow starts `uvicorn` from the PATH."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    return subprocess.Popen([sys.executable, "-m", "mlflow", *args], env={**os.environ, "PATH": path}, **options)


with mlflow.start_run() as run:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, train_target)
    info = mlflow.sklearn.log_model(
        model,
        name="wine",
        signature=infer_signature(train, model.predict(train)),
        input_example=train.head(2),
        pip_requirements=["scikit-learn"],
        serialization_format="cloudpickle",
    )
version = mlflow.register_model(info.model_uri, "wine", await_registration_for=30)
assert version.status == "READY" and version.run_id == run.info.run_id, version
client.set_registered_model_alias("wine", "champion", version.version)
loaded = mlflow.pyfunc.load_model("models:/wine@champion")
expected = model.predict(test)
assert numpy.array_equal(loaded.predict(test), expected)
assert loaded.metadata.get_input_schema().input_names() == list(test.columns)

with TemporaryDirectory() as folder, socket.socket() as chosen:
    # Both commands start together: most of their time is importing.
    chosen.bind(("127.0.0.1", 0))
    port = chosen.getsockname()[1]
    chosen.close()
    batch, answer = Path(folder, "wine.csv"), Path(folder, "answer.json")
    test.to_csv(batch, index=False)
    model_uri = ["-m", "models:/wine@champion", "--env-manager", "local"]
    predict = command(
        "models", "predict", *model_uri, "-i", str(batch), "-t", "csv", "-o", str(answer), stderr=subprocess.PIPE
    )
    serve = command(
        *["models", "serve", *model_uri, "-h", "127.0.0.1", "-p", str(port), "-w", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        # Meanwhile: what MLflow's own evaluation of a classifier records.
        with mlflow.start_run(run_name="evaluated") as evaluated:
            result = mlflow.models.evaluate(
                "models:/wine@champion",
                test.assign(label=test_target),
                targets="label",
                model_type="classifier",
                evaluator_config={"log_explainer": False, "log_model_explainability": False},
            )
        recorded = mlflow.get_run(evaluated.info.run_id)
        assert recorded.data.metrics["accuracy_score"] == accuracy_score(test_target, expected) == result.metrics["accuracy_score"]
        assert {metric: recorded.data.metrics[metric] for metric in result.metrics} == result.metrics
        assert "confusion_matrix.png" in {file.path for file in client.list_artifacts(evaluated.info.run_id)}

        _, errors = predict.communicate(timeout=120)
        assert predict.returncode == 0, errors.decode()
        assert json.loads(answer.read_text())["predictions"] == expected.tolist()

        url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 120
        while True:
            assert serve.poll() is None and time.monotonic() < deadline, "the server did not start"
            try:
                if requests.get(f"{url}/ping", timeout=5).ok:
                    break
            except requests.RequestException:
                time.sleep(0.1)
        reply = requests.post(
            f"{url}/invocations", json={"dataframe_split": test.to_dict(orient="split")}, timeout=30
        )
        assert reply.json() == {"predictions": expected.tolist()}, reply.text
        table = requests.post(f"{url}/invocations", data=test.to_csv(index=False), headers={"content-type": "text/csv"}, timeout=30)
        assert table.json()["predictions"] == expected.tolist(), table.text
        wrong = requests.post(f"{url}/invocations", json={"dataframe_records": [{"alcohol": 1}]}, timeout=30)
        assert wrong.status_code == 400, wrong.text
    finally:
        predict.kill()
        if serve.poll() is None:
            os.killpg(serve.pid, signal.SIGKILL) if hasattr(os, "killpg") else serve.kill()
        serve.wait()

# Another version takes the alias; who loads by alias gets it.
with mlflow.start_run():
    constant = LogisticRegression().fit(train[["alcohol"]], train_target)
    other = mlflow.sklearn.log_model(
        constant, name="wine", registered_model_name="wine", pip_requirements=["scikit-learn"], serialization_format="cloudpickle"
    )
client.set_registered_model_alias("wine", "champion", 2)
assert numpy.array_equal(mlflow.pyfunc.load_model("models:/wine@champion").predict(test[["alcohol"]]), constant.predict(test[["alcohol"]]))
assert numpy.array_equal(mlflow.pyfunc.load_model("models:/wine/1").predict(test), expected)

print("passed")
