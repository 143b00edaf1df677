"""The token as the password of Basic authentication, from `~/.mlflow/credentials` or from variables, under any user name."""

import os

import mlflow

assert "MLFLOW_TRACKING_TOKEN" not in os.environ
with mlflow.start_run() as run:
    mlflow.log_metric("score", 1)
    mlflow.log_text("kept", "note.txt")
assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/note.txt") == "kept"
print("passed")
