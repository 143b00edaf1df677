"""Plain tracking: everything that a training loop logs comes back as it was logged."""

import math

import mlflow
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient


def refused(call, code):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, str(error))
        return str(error)
    raise AssertionError("was not refused")


experiment = mlflow.set_experiment("plain tracking")
assert experiment.artifact_location == f"mlflow-artifacts:/{experiment.experiment_id}", experiment
assert mlflow.set_experiment("plain tracking").experiment_id == experiment.experiment_id
client = MlflowClient()

with mlflow.start_run(run_name="first", tags={"who": "tester"}) as run:
    run_id = run.info.run_id
    assert len(run_id) == 32 and int(run_id, 16) >= 0
    mlflow.log_param("lr", 0.01)
    mlflow.log_params({f"p{i}": i for i in range(250)})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"acc": 0.5, "auc": 0.75}, step=4)
    mlflow.log_metrics({f"many/{i}": i for i in range(1200)})
    mlflow.log_metric("weird", math.nan)
    mlflow.log_metric("huge", math.inf, step=1)
    mlflow.log_metric("low", -math.inf)
    mlflow.set_tag("colour", "grün 🟢")
    mlflow.set_tags({"a": "1", "b": "2"})
    mlflow.delete_tag("a")
    mlflow.log_text("hello", "notes/hello.txt")
    mlflow.log_param("lr", 0.01)  # the same again is no change
    message = refused(lambda: mlflow.log_param("lr", 0.02), "INVALID_PARAMETER_VALUE")
    assert "0.01" in message and "0.02" in message and "lr" in message, message

run = mlflow.get_run(run_id)
assert run.info.status == "FINISHED" and run.info.run_name == "first", run.info
assert run.info.end_time >= run.info.start_time > 1_600_000_000_000
assert run.info.artifact_uri == f"{experiment.artifact_location}/{run_id}/artifacts"
assert run.data.params["lr"] == "0.01" and len(run.data.params) == 251
assert run.data.metrics["loss"] == 0.2 and run.data.metrics["acc"] == 0.5
assert len(run.data.metrics) == 1 + 2 + 1200 + 3
assert math.isnan(run.data.metrics["weird"]) and run.data.metrics["huge"] == math.inf
assert run.data.metrics["low"] == -math.inf
assert run.data.tags["colour"] == "grün 🟢" and "a" not in run.data.tags and run.data.tags["who"] == "tester"
assert run.data.tags["mlflow.runName"] == "first" and run.data.tags["mlflow.source.type"] == "LOCAL"

history = client.get_metric_history(run_id, "loss")
assert [(m.step, m.value) for m in history] == [(s, 1 / (s + 1)) for s in range(5)]
assert client.get_metric_history(run_id, "never logged") == []

# The latest value is that of the highest step, then time, then value; a repeated point is no new point.
other = client.create_run(experiment.experiment_id)
assert len(other.info.run_name.split("-")) == 3, other.info.run_name
other_id = other.info.run_id
for value, timestamp, step in [(5, 100, 3), (9, 999, 2), (4, 100, 3), (7, 50, 3), (7, 50, 3)]:
    client.log_metric(other_id, "m", value, timestamp=timestamp, step=step)
assert client.get_run(other_id).data.metrics == {"m": 5}
assert len(client.get_metric_history(other_id, "m")) == 4

client.log_batch(
    other_id,
    metrics=[Metric("x", 1.5, 10, 0), Metric("x", 2.5, 10, 1)],
    params=[Param("k", "v")],
    tags=[RunTag("t", "u")],
)
data = client.get_run(other_id).data
assert data.metrics["x"] == 2.5 and data.params == {"k": "v"} and data.tags["t"] == "u"
# All of a batch or nothing.
refused(
    lambda: client.log_batch(other_id, metrics=[Metric("y", 1, 1, 0)], params=[Param("k", "changed")]),
    "INVALID_PARAMETER_VALUE",
)
assert "y" not in client.get_run(other_id).data.metrics
refused(lambda: client.log_metric(other_id, "../up", 1), "INVALID_PARAMETER_VALUE")
refused(lambda: client.log_metric(other_id, "sp$cial", 1), "INVALID_PARAMETER_VALUE")
refused(lambda: client.log_param(other_id, "k" * 251, 1), "INVALID_PARAMETER_VALUE")
client.log_param(other_id, "long", "x" * 7000)
assert client.get_run(other_id).data.params["long"] == "x" * 6000

client.update_run(other_id, name="renamed", status="KILLED")
renamed = client.get_run(other_id)
assert renamed.info.run_name == "renamed" and renamed.info.status == "KILLED"
assert renamed.data.tags["mlflow.runName"] == "renamed"
client.set_tag(other_id, "mlflow.runName", "by tag")
assert client.get_run(other_id).info.run_name == "by tag"

# Nested runs.
with mlflow.start_run(run_name="parent") as parent:
    with mlflow.start_run(run_name="child", nested=True) as child:
        mlflow.log_metric("depth", 1)
assert mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
children = mlflow.search_runs(filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
assert list(children.run_id) == [child.info.run_id]

# Going on with a run.
with mlflow.start_run(run_id=run_id):
    mlflow.log_metric("loss", 0.1, step=5)
assert mlflow.get_run(run_id).data.metrics["loss"] == 0.1

# A failing run says so.
try:
    with mlflow.start_run() as failing:
        raise ZeroDivisionError
except ZeroDivisionError:
    pass
assert mlflow.get_run(failing.info.run_id).info.status == "FAILED"

# Deleting hides, restoring brings back; a deleted run takes nothing.
client.delete_run(other_id)
assert client.get_run(other_id).info.lifecycle_stage == "deleted"
refused(lambda: client.log_metric(other_id, "late", 1), "INVALID_PARAMETER_VALUE")
assert other_id not in [r.info.run_id for r in client.search_runs([experiment.experiment_id])]
client.restore_run(other_id)
client.log_metric(other_id, "late", 1)
assert client.get_run(other_id).data.metrics["late"] == 1

# Experiments.
refused(lambda: client.create_experiment("plain tracking"), "RESOURCE_ALREADY_EXISTS")
refused(lambda: client.get_experiment("4711"), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: client.get_run("0" * 32), "RESOURCE_DOES_NOT_EXIST")
second = client.create_experiment("second", tags={"team": "blue"})
client.set_experiment_tag(second, "stage", "draft")
client.rename_experiment(second, "second renamed")
assert client.get_experiment(second).name == "second renamed"
assert client.get_experiment(second).tags == {"team": "blue", "stage": "draft"}
in_second = client.create_run(second).info.run_id
client.delete_experiment(second)
assert client.get_experiment(second).lifecycle_stage == "deleted"
assert client.get_run(in_second).info.lifecycle_stage == "deleted"
refused(lambda: client.create_run(second), "INVALID_PARAMETER_VALUE")
client.restore_experiment(second)
assert client.get_run(in_second).info.lifecycle_stage == "active"
names = [e.name for e in client.search_experiments(filter_string="name LIKE 'second%'")]
assert names == ["second renamed"], names
names = [e.name for e in mlflow.search_experiments(filter_string="tags.team = 'blue'", order_by=["name DESC"])]
assert names == ["second renamed"], names
assert {e.name for e in mlflow.search_experiments()} == {"Default", "plain tracking", "second renamed"}

# Asynchronous logging sends batches.
with mlflow.start_run() as asynchronous:
    for step in range(50):
        mlflow.log_metric("fast", step, step=step, synchronous=False)
    mlflow.flush_async_logging()
assert len(client.get_metric_history(asynchronous.info.run_id, "fast")) == 50
print("passed")
