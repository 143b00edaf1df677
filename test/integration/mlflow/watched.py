"""`create` makes a run and prints its id as JSON; `log ID` logs 300 points to it and ends it."""

import json
import math
import sys

import mlflow
from mlflow.tracking import MlflowClient

client = MlflowClient()
if sys.argv[1] == "create":
    print(json.dumps({"runId": client.create_run("0", run_name="watched").info.run_id}))
else:
    with mlflow.start_run(run_id=sys.argv[2]):
        for step in range(300):
            mlflow.log_metric("m", {100: -1, 200: math.inf}.get(step, step), step=step)
