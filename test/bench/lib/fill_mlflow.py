"""Puts runs into the SQLite database of an `mlflow server`: fill_mlflow.py DATABASE RUNS.jsonl

Its own store makes the schema; the rows go in directly, as logging 10,000 runs through it would take an hour.
"""

import json
import sqlite3
import sys
import uuid

from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

database, source = sys.argv[1:]
SqlAlchemyStore(f"sqlite:///{database}", "./artifacts")._dispose_engine()
db = sqlite3.connect(database)
columns = [row[1] for row in db.execute("PRAGMA table_info(latest_metrics)")]
assert {"key", "value", "timestamp", "step", "is_nan", "run_uuid"} <= set(columns), columns
for line in open(source, encoding="utf-8"):
    run = json.loads(line)
    run_id = uuid.uuid4().hex
    db.execute(
        "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,"
        " source_version, lifecycle_stage, artifact_uri, experiment_id)"
        " VALUES (?, ?, 'UNKNOWN', '', '', 'bench', 'FINISHED', ?, ?, '', 'active', ?, 0)",
        (run_id, run["name"], run["startTime"], run["startTime"] + 900, f"mlflow-artifacts:/0/{run_id}/artifacts"),
    )
    db.execute("INSERT INTO tags (key, value, run_uuid) VALUES ('mlflow.runName', ?, ?)", (run["name"], run_id))
    db.executemany(
        "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
        [(param["key"], param["value"], run_id) for param in run["params"]],
    )
    rows = [(m["key"], m["value"], m["timestamp"], m["step"], run_id) for m in run["metrics"]]
    for table in ("metrics", "latest_metrics"):
        db.executemany(
            f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)", rows
        )
db.commit()
