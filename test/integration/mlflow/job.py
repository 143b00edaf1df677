"""A training script as people write it: not a word about where it logs to."""

import mlflow

with mlflow.start_run() as run:
    mlflow.log_param("epochs", 10)
    for epoch in range(10):
        mlflow.log_metric("loss", 1 / (epoch + 1), step=epoch)
print(run.info.run_id)
