"""scikit-learn with autologging, logged models, the registry with aliases, and loading them back in every way."""

import mlflow
import numpy
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from mlflow.tracking import MlflowClient
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

client = MlflowClient()
experiment = mlflow.set_experiment("models")
features, target = load_iris(return_X_y=True, as_frame=True)

# Autologging: params, metrics, dataset, model.
mlflow.sklearn.autolog()
with mlflow.start_run() as run:
    LogisticRegression(max_iter=200, C=0.5).fit(features, target)
mlflow.sklearn.autolog(disable=True)
logged = mlflow.get_run(run.info.run_id)
assert logged.data.params["C"] == "0.5" and logged.data.params["max_iter"] == "200"
assert logged.data.metrics["training_accuracy_score"] > 0.9
[dataset] = logged.inputs.dataset_inputs
assert dataset.dataset.name == "dataset" and {t.key: t.value for t in dataset.tags}["mlflow.data.context"] == "train"
[output] = logged.outputs.model_outputs
by_dataset = client.search_runs([experiment.experiment_id], "dataset.context = 'train' AND datasets.name LIKE 'data%'")
assert [r.info.run_id for r in by_dataset] == [run.info.run_id]
model = mlflow.get_logged_model(output.model_id)
assert model.status == "READY" and model.source_run_id == run.info.run_id, model
assert model.params["C"] == "0.5"
assert {m.key for m in model.metrics} >= {"training_accuracy_score"}, model.metrics
assert mlflow.pyfunc.load_model(f"models:/{model.model_id}").predict(features).shape == (150,)
assert mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model").score(features, target) > 0.9

# Registering by hand, versions, aliases.
with mlflow.start_run() as second_run:
    estimator = LogisticRegression(max_iter=500).fit(features, target)
    mlflow.log_metric("accuracy", estimator.score(features, target))
    info = mlflow.sklearn.log_model(
        estimator,
        name="iris",
        registered_model_name="iris-classifier",
        signature=infer_signature(features, estimator.predict(features)),
        input_example=features.head(2),
    )
[first] = client.search_model_versions("name = 'iris-classifier'")
assert first.version == "1" or int(first.version) == 1
assert first.run_id == second_run.info.run_id and first.status == "READY"
again = mlflow.register_model(f"runs:/{run.info.run_id}/model", "iris-classifier", tags={"from": "autolog"})
assert int(again.version) == 2 and again.tags == {"from": "autolog"}, again
third = mlflow.register_model(f"models:/{info.model_id}", "iris-classifier")
assert int(third.version) == 3

client.set_registered_model_alias("iris-classifier", "champion", 1)
client.set_registered_model_alias("iris-classifier", "challenger", 2)
registered = client.get_registered_model("iris-classifier")
assert {a: int(v) for a, v in registered.aliases.items()} == {"champion": 1, "challenger": 2}, registered.aliases
assert [int(v.version) for v in registered.latest_versions] == [3]
assert int(client.get_model_version_by_alias("iris-classifier", "champion").version) == 1
assert client.get_model_version("iris-classifier", "1").aliases == ["champion"]
client.set_registered_model_alias("iris-classifier", "champion", 2)
assert int(client.get_model_version_by_alias("iris-classifier", "champion").version) == 2
client.set_registered_model_alias("iris-classifier", "champion", 1)
client.delete_registered_model_alias("iris-classifier", "challenger")
assert list(client.get_registered_model("iris-classifier").aliases) == ["champion"]

expected = estimator.predict(features)
for uri in [
    "models:/iris-classifier@champion",
    "models:/iris-classifier/1",
    "models:/iris-classifier/latest",
    f"models:/{info.model_id}",
    f"runs:/{second_run.info.run_id}/iris",
]:
    predicted = mlflow.pyfunc.load_model(uri).predict(features)
    assert numpy.array_equal(predicted, expected), uri
assert mlflow.models.get_model_info("models:/iris-classifier/1").signature is not None

client.update_registered_model("iris-classifier", description="flowers")
client.update_model_version("iris-classifier", "1", description="the first")
client.set_registered_model_tag("iris-classifier", "task", "classification")
client.set_model_version_tag("iris-classifier", "1", "checked", "yes")
registered = client.get_registered_model("iris-classifier")
assert registered.description == "flowers" and registered.tags == {"task": "classification"}
version = client.get_model_version("iris-classifier", "1")
assert version.description == "the first" and version.tags == {"checked": "yes"}
client.delete_model_version_tag("iris-classifier", "1", "checked")
assert client.get_model_version("iris-classifier", "1").tags == {}
assert [m.name for m in client.search_registered_models("name ILIKE 'IRIS%'")] == ["iris-classifier"]
assert [m.name for m in client.search_registered_models("tags.task = 'classification'")] == ["iris-classifier"]
found = client.search_model_versions("name = 'iris-classifier'", order_by=["version_number ASC"])
assert [int(v.version) for v in found] == [1, 2, 3]
client.delete_model_version("iris-classifier", "3")
assert len(client.search_model_versions("name = 'iris-classifier'")) == 2
client.rename_registered_model("iris-classifier", "flowers")
assert int(client.get_model_version_by_alias("flowers", "champion").version) == 1

# Only what the engine keeps may be a source; a tag does not open another way.
client.create_registered_model("hostile")
for source, run_id in [
    ("file:///etc", None),
    ("/etc", None),
    ("/etc", run.info.run_id),
    ("http://127.0.0.1:9/api/2.0/mlflow-artifacts/artifacts/", None),
    ("ftp://127.0.0.1:9/a", None),
    ("mlflow-artifacts:/../../etc", run.info.run_id),
    (run.info.artifact_uri + "/../../../secret", run.info.run_id),
    (run.info.artifact_uri + "/%2e%2e/%2e%2e/secret", run.info.run_id),
    (run.info.artifact_uri, second_run.info.run_id),
    (f"runs:/{run.info.run_id}/../../x", run.info.run_id),
    ("models:/hostile/1", None),
]:
    for tags in [{}, {"mlflow.prompt.is_prompt": "true"}]:
        try:
            client.create_model_version("hostile", source, run_id, tags=tags)
        except MlflowException as error:
            assert error.error_code in ("INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST"), (source, error)
        else:
            raise AssertionError("taken: " + source)
assert client.search_model_versions("name = 'hostile'") == []

for call, code in [
    (lambda: client.create_registered_model("flowers"), "RESOURCE_ALREADY_EXISTS"),
    (lambda: client.get_registered_model("nothing"), "RESOURCE_DOES_NOT_EXIST"),
    (lambda: client.get_model_version("flowers", "99"), "RESOURCE_DOES_NOT_EXIST"),
    (lambda: client.get_model_version_by_alias("flowers", "nobody"), "INVALID_PARAMETER_VALUE"),
    (lambda: client.create_registered_model("a/b"), "INVALID_PARAMETER_VALUE"),
    (lambda: client.transition_model_version_stage("flowers", "1", "Elsewhere"), "INVALID_PARAMETER_VALUE"),
]:
    try:
        call()
    except MlflowException as error:
        assert code in (None, error.error_code), (code, error.error_code, str(error))
    else:
        raise AssertionError(f"not refused with {code}")
client.delete_registered_model("hostile")

# Logged models by themselves.
model = mlflow.initialize_logged_model(name="by-hand", params={"depth": "3"}, tags={"kind": "tree"})
mlflow.set_logged_model_tags(model.model_id, {"more": "tags"})
mlflow.delete_logged_model_tag(model.model_id, "kind")
mlflow.log_model_params({"late": "param"}, model.model_id)
with mlflow.start_run() as scored:
    mlflow.log_metric("f1", 0.75, model_id=model.model_id)
    mlflow.log_outputs(models=[mlflow.entities.LoggedModelOutput(model.model_id, step=3)])
mlflow.finalize_logged_model(model.model_id, "READY")
model = mlflow.get_logged_model(model.model_id)
assert model.params == {"depth": "3", "late": "param"} and model.tags["more"] == "tags", model
assert [(m.key, m.value) for m in model.metrics] == [("f1", 0.75)]
assert [o.model_id for o in mlflow.get_run(scored.info.run_id).outputs.model_outputs] == [model.model_id]
for filter_string in ["name = 'by-hand'", "metrics.f1 > 0.7", "params.depth = '3' AND tags.more = 'tags'"]:
    found = mlflow.search_logged_models(filter_string=filter_string, output_format="list")
    assert [m.model_id for m in found] == [model.model_id], filter_string
best = mlflow.search_logged_models(order_by=[{"field_name": "metrics.f1", "ascending": False}], output_format="list")
assert best[0].model_id == model.model_id
client.delete_logged_model(model.model_id)
assert mlflow.search_logged_models(filter_string="name = 'by-hand'", output_format="list") == []
print("passed")
