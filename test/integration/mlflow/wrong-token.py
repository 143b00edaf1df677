"""The token is wrong: the client must fail at its first request, without trying for minutes, and say why."""

import time

import mlflow
from mlflow.exceptions import MlflowException

started = time.monotonic()
try:
    mlflow.set_experiment("never")
except MlflowException as error:
    print(error.error_code, str(error))
assert time.monotonic() - started < 10
