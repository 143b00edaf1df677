"""Puts one long series and one wide run into the SQLite database of an `mlflow server`: fill_mlflow_series.py DATABASE POINTS KEYS

Its own store makes the schema; the rows go in directly, as logging a million points through it would take minutes.
The values are those of `long-series.ts`.
"""

import math
import sqlite3
import sys

from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

database, points, keys = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
SqlAlchemyStore(f"sqlite:///{database}", "./artifacts")._dispose_engine()
db = sqlite3.connect(database)
began = 1_700_000_000_000
spike_every = 99_991


def value(step: int) -> float:
    return 9.0 if step % spike_every == 0 and step > 0 else math.sin(step / 20_000) + (step % 97) / 200


def run(name: str) -> str:
    run_id = name.replace(" ", "").ljust(32, "0")
    db.execute(
        "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,"
        " source_version, lifecycle_stage, artifact_uri, experiment_id)"
        " VALUES (?, ?, 'UNKNOWN', '', '', 'bench', 'FINISHED', ?, ?, '', 'active', ?, 0)",
        (run_id, name, began, began + 900, f"mlflow-artifacts:/0/{run_id}/artifacts"),
    )
    return run_id


long, wide = run("long"), run("wide")
insert = "INSERT INTO {} (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)"
db.executemany(insert.format("metrics"), (("loss", value(step), began + step, step, long) for step in range(points)))
db.execute(insert.format("latest_metrics"), ("loss", value(points - 1), began + points - 1, points - 1, long))
for table in ("metrics", "latest_metrics"):
    db.executemany(insert.format(table), ((f"layer/{key:05}/norm", key / 7, began, 1, wide) for key in range(keys)))
db.commit()
