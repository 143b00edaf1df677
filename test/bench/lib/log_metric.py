"""Obeys lines `[command, value]`: `log` n points and answer the seconds; `count` the points that the server gives back."""

import json
import sys
import time

from mlflow.tracking import MlflowClient

client = MlflowClient()
run_id = client.create_run("0").info.run_id
step = 0
for line in sys.stdin:
    command, value = json.loads(line)
    if command == "log":
        started = time.perf_counter()
        for _ in range(value):
            client.log_metric(run_id, "loss", 1 / (step + 1), step=step)
            step += 1
        answer = time.perf_counter() - started
    else:
        history = client.get_metric_history(run_id, "loss")
        assert [m.step for m in history] == list(range(step)), "points are missing or out of order"
        answer = len(history)
    print(answer, flush=True)
