"""What the last client before MLflow 3 does with models: no logged models, a tag on the run instead; autologging and the registry."""

import json

import mlflow
from mlflow.tracking import MlflowClient
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

assert mlflow.__version__.startswith("2."), mlflow.__version__
client = MlflowClient()
experiment = mlflow.set_experiment("models of a 2.x client")
features, target = load_iris(return_X_y=True, as_frame=True)

mlflow.sklearn.autolog()
with mlflow.start_run() as run:
    LogisticRegression(max_iter=200, C=0.5).fit(features, target)
mlflow.sklearn.autolog(disable=True)
logged = client.get_run(run.info.run_id)
assert logged.info.status == "FINISHED", logged.info
assert logged.data.params["C"] == "0.5" and logged.data.metrics["training_accuracy_score"] > 0.9
[history] = json.loads(logged.data.tags["mlflow.log-model.history"])
assert history["artifact_path"] == "model" and history["run_id"] == run.info.run_id, history
assert set(history["flavors"]) == {"python_function", "sklearn"}, history
[dataset] = logged.inputs.dataset_inputs
assert {tag.key: tag.value for tag in dataset.tags} == {"mlflow.data.context": "train"}
assert mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model").score(features, target) > 0.9

with mlflow.start_run() as second:
    estimator = LogisticRegression(max_iter=500).fit(features, target)
    mlflow.log_metric("accuracy", estimator.score(features, target), step=1)
    mlflow.sklearn.log_model(estimator, "own", registered_model_name="iris-2", input_example=features.head(2))
    mlflow.sklearn.log_model(estimator, "again")
assert len(json.loads(client.get_run(second.info.run_id).data.tags["mlflow.log-model.history"])) == 2
client.set_registered_model_alias("iris-2", "champion", 1)
model = mlflow.pyfunc.load_model("models:/iris-2@champion")
assert list(model.predict(features)) == list(estimator.predict(features))
assert [version.version for version in client.search_model_versions("name = 'iris-2'")] in (["1"], [1])

frame = mlflow.search_runs([experiment.experiment_id], filter_string="metrics.accuracy > 0.5", order_by=["metrics.accuracy DESC"])
assert list(frame["run_id"]) == [second.info.run_id], frame
found = client.search_runs([experiment.experiment_id], "params.C = '0.5' AND dataset.context = 'train'")
assert [run.info.run_id for run in found] == [logged.info.run_id]
print("passed")
