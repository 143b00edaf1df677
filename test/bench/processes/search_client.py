"""Searches with the stock client: for each line of JSON on stdin, the seconds it took and the names of the runs."""

import json
import sys
import time

from mlflow.tracking import MlflowClient

client = MlflowClient()
for line in sys.stdin:
    order = json.loads(line)
    started = time.perf_counter()
    runs = client.search_runs(["0"], order["filter"], order_by=order["order_by"], max_results=order["max_results"])
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "names": [run.info.run_name for run in runs]}), flush=True)
