"""Answers get lost after the commit: the client repeats by itself, and nothing is there twice."""

import mlflow
from mlflow.tracking import MlflowClient

client = MlflowClient()
run_id = client.create_run("0", run_name="lossy").info.run_id
for step in range(30):
    client.log_metric(run_id, "m", step, step=step)
client.log_batch(run_id, metrics=[mlflow.entities.Metric("b", i, 1, i) for i in range(50)])
client.log_param(run_id, "p", "v")
client.set_tag(run_id, "t", "u")
client.log_text(run_id, "content", "file.txt")
assert [m.step for m in client.get_metric_history(run_id, "m")] == list(range(30))
assert len(client.get_metric_history(run_id, "b")) == 50
run = client.get_run(run_id)
assert run.data.params == {"p": "v"} and run.data.tags["t"] == "u"
assert [f.file_size for f in client.list_artifacts(run_id)] == [7]
print("passed")
