"""An experiment travels from `mlflow server` to the engine and back with the community's export and import: nothing is lost."""

import math
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import mlflow
import numpy
from mlflow.tracking import MlflowClient
from sklearn.datasets import load_wine
from sklearn.tree import DecisionTreeClassifier

engine, server = mlflow.get_tracking_uri(), sys.argv[1]
features, target = load_wine(return_X_y=True, as_frame=True)
model = DecisionTreeClassifier(random_state=0).fit(features, target)

# On the server: nested runs with everything that a run can hold, and a model among the artifacts, as MLflow 2 kept it.
mlflow.set_tracking_uri(server)
mlflow.set_experiment("travels")
with TemporaryDirectory() as folder, mlflow.start_run(run_name="parent"):
    mlflow.log_params({"depth": model.get_depth(), "note": "grün"})
    mlflow.sklearn.save_model(model, Path(folder, "model"), pip_requirements=["scikit-learn"], serialization_format="cloudpickle")
    mlflow.log_artifacts(folder)
    mlflow.log_dict({"classes": [0, 1, 2]}, "deep/er/classes.json")
    for child in range(3):
        with mlflow.start_run(run_name=f"child {child}", nested=True, tags={"fold": str(child)}):
            for step in range(20):
                mlflow.log_metric("loss", (child + 1) / (step + 1), step=step)
            mlflow.log_metrics({"nothing": math.nan, "much": math.inf, "tiny": 5e-324})


def told(uri, experiment):
    """What a server tells of an experiment, by run name; ids, users and places differ between servers."""
    client = MlflowClient(uri)
    experiment_id = client.get_experiment_by_name(experiment).experiment_id
    runs = client.search_runs([experiment_id])
    names = {run.info.run_id: run.info.run_name for run in runs}

    def files(run_id, path=None):
        for file in client.list_artifacts(run_id, path):
            yield from files(run_id, file.path) if file.is_dir else [(file.path, file.file_size)]

    def without_its_run(found):
        return {path: size for path, size in found if not path.endswith("MLmodel")}

    return {
        run.info.run_name: {
            "params": run.data.params,
            "metrics": {
                key: sorted((point.step, point.timestamp, repr(point.value)) for point in client.get_metric_history(run.info.run_id, key))
                for key in run.data.metrics
            },
            "tags": {key: value for key, value in run.data.tags.items() if not key.startswith("mlflow.")},
            "parent": names.get(run.data.tags.get("mlflow.parentRunId")),
            "artifacts": without_its_run(files(run.info.run_id)),
            "status": run.info.status,
        }
        for run in runs
    }


def travel(origin, experiment, destination, name):
    with TemporaryDirectory() as folder:
        command(origin, "export_experiment", "--experiment", experiment, "--output-dir", folder)
        command(destination, "import_experiment", "--experiment-name", name, "--input-dir", folder)


def command(uri, name, *args):
    """The tool's own command, as a process of its own: it keeps what it learned of one server."""
    module = f"mlflow_export_import.experiment.{name}"
    env = {**os.environ, "MLFLOW_TRACKING_URI": uri}
    ended = subprocess.run([sys.executable, "-m", module, *args], env=env, capture_output=True, text=True)
    assert ended.returncode == 0 and "Traceback" not in ended.stderr, ended.stderr[-4000:]


original = told(server, "travels")
assert len(original) == 4 and original["child 2"]["parent"] == "parent" and len(original["child 0"]["metrics"]["loss"]) == 20
assert {"model/model.pkl", "deep/er/classes.json"} <= set(original["parent"]["artifacts"]), original["parent"]["artifacts"]
travel(server, "travels", engine, "arrived")
arrived = told(engine, "arrived")
assert arrived == original, (arrived, original)
travel(engine, "arrived", server, "came back")
assert told(server, "came back") == original

# The model that came along is registered at the engine and still predicts the same.
mlflow.set_tracking_uri(engine)
[parent] = mlflow.search_runs(experiment_names=["arrived"], filter_string="run_name = 'parent'", output_format="list")
version = mlflow.register_model(f"runs:/{parent.info.run_id}/model", "arrived-wine")
MlflowClient().set_registered_model_alias("arrived-wine", "champion", version.version)
loaded = mlflow.pyfunc.load_model("models:/arrived-wine@champion")
assert numpy.array_equal(loaded.predict(features), model.predict(features))

print("passed")
