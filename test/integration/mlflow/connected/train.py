"""A script with no set-up whatever."""

import sys

import mlflow

with mlflow.start_run(run_name=sys.argv[1]) as run:
    mlflow.log_param("max_iter", 300)
    mlflow.log_metric("score", 0.5)
    mlflow.log_text("kept", "note.txt")
print(run.info.run_id)
