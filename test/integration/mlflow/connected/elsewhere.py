"""Whoever logs to another server in code gets there, and takes no secret of Benchmate along."""

import sys

import mlflow

assert mlflow.get_tracking_uri() != sys.argv[1]
mlflow.set_tracking_uri(sys.argv[1])
try:
    mlflow.set_experiment("elsewhere")
except mlflow.MlflowException:
    print("passed")
