"""The unmodified MLflow client. Obeys lines of JSON `[command, n]` and answers each with `{seconds, stored}`.

`metrics`: n calls of log_metric. `batches`: n calls of log_batch, 1,000 points of one metric each, made ready before. `run`: n small
runs. What was logged is read back after the clock has stopped; `stored` is how many points, or runs, are there whole.
"""

import json
import os
import sys
import tempfile
import time

from mlflow.entities import Metric, Param
from mlflow.tracking import MlflowClient

keeps = sys.argv[1] == "keeps"
answers = sys.stdout
sys.stdout = open(os.devnull, "w")  # the client prints where a run can be seen
client = MlflowClient()
points_per_batch = 1000


def log_metrics(n):
    run_id = client.create_run("0").info.run_id
    started = time.perf_counter()
    for step in range(n):
        client.log_metric(run_id, "loss", 1 / (step + 1), step=step)
    return time.perf_counter() - started, stored_points(run_id, n)


def log_batches(n):
    run_id = client.create_run("0").info.run_id
    batches = [
        [Metric("loss", 1 / (step + 1), 1_760_000_000_000 + step, step) for step in range(first, first + points_per_batch)]
        for first in range(0, n * points_per_batch, points_per_batch)
    ]
    started = time.perf_counter()
    for batch in batches:
        client.log_batch(run_id, metrics=batch)
    return time.perf_counter() - started, stored_points(run_id, n * points_per_batch)


def stored_points(run_id, expected):
    if not keeps:
        return expected
    history = client.get_metric_history(run_id, "loss")
    assert [point.step for point in history] == list(range(expected)), "points are missing or out of order"
    return len(history)


def small_runs(n):
    started = time.perf_counter()
    run_ids = [small_run() for _ in range(n)]
    seconds = time.perf_counter() - started
    for run_id in run_ids if keeps else []:
        run = client.get_run(run_id)
        assert len(run.data.params) == 20 and len(run.data.metrics) == 10 and run.info.status == "FINISHED"
        assert sum(len(client.get_metric_history(run_id, key)) for key in run.data.metrics) == 100
        assert [file.file_size for file in client.list_artifacts(run_id)] == [len(content)]
    return seconds, n


def small_run():
    run_id = client.create_run("0").info.run_id
    client.log_batch(run_id, params=[Param(f"param_{index}", str(index / 7)) for index in range(20)])
    for step in range(10):
        for index in range(10):
            client.log_metric(run_id, f"metric_{index}", step / (index + 1), step=step)
    client.log_artifact(run_id, artifact)
    client.set_terminated(run_id)
    return run_id


content = os.urandom(1_000_000)
with tempfile.TemporaryDirectory() as folder:
    artifact = os.path.join(folder, "model.bin")
    with open(artifact, "wb") as file:
        file.write(content)
    commands = {"metrics": log_metrics, "batches": log_batches, "runs": small_runs}
    for line in sys.stdin:
        command, n = json.loads(line)
        seconds, stored = commands[command](n)
        print(json.dumps({"seconds": seconds, "stored": stored}), file=answers, flush=True)
