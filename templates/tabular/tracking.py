"""Where runs are logged when nobody says so."""

import importlib.util
import os
from pathlib import Path

import mlflow


def choose_store():
    """Without an address mlflow would use a database, which mlflow-skinny does not bring: then a folder of plain files here."""
    if not mlflow.is_tracking_uri_set() and importlib.util.find_spec("sqlalchemy") is None:
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        mlflow.set_tracking_uri(Path(__file__).resolve().with_name("mlruns").as_uri())
