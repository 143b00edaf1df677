"""Logs step by step while the engine is killed and started again: nothing is lost, nothing is there twice."""

import mlflow
from mlflow.tracking import MlflowClient

mlflow.set_experiment("crash")
steps = 600
with mlflow.start_run(run_name="through a crash") as run:
    for step in range(steps):
        mlflow.log_metric("step", step, step=step)
        mlflow.log_param(f"p{step}", step) if step % 100 == 0 else None
history = MlflowClient().get_metric_history(run.info.run_id, "step")
assert [int(m.value) for m in history] == list(range(steps)), (len(history), history[-1])
assert len(mlflow.get_run(run.info.run_id).data.params) == steps / 100
print("passed")
