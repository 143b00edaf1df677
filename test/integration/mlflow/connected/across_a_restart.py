"""One process, as a kernel that stays open: logs, waits while the engine gets another address and token, and logs on."""

import mlflow

with mlflow.start_run(run_name="across a restart"):
    mlflow.log_metric("before", 1)
    print("ready", flush=True)
    input()
    mlflow.log_metric("after", 2)
    mlflow.log_text("after", "after.txt")
run = mlflow.last_active_run()
assert run.data.metrics == {"before": 1, "after": 2} and run.info.status == "FINISHED", run
print("passed")
