"""Artifacts up and down, with names that are hard, and what must be refused."""

import json
import os
import pathlib
import tempfile

import mlflow
import numpy
import pandas
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

client = MlflowClient()
mlflow.set_experiment("artifacts")
with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
    run_id = run.info.run_id
    source = pathlib.Path(folder) / "tree"
    (source / "deep" / "er").mkdir(parents=True)
    contents = {
        "plain.txt": b"text",
        "empty.bin": b"",
        "big.bin": os.urandom(5_000_000),
        "deep/er/Umlaut ä und 空白.txt": "ü".encode(),
        "deep/with space & plus+.json": b"{}",
        "deep/page.html": b"<script>alert(1)</script>",
    }
    for name, content in contents.items():
        (source / name).write_bytes(content)
    mlflow.log_artifact(str(source / "plain.txt"))
    mlflow.log_artifacts(str(source), artifact_path="tree")
    mlflow.log_dict({"a": [1, 2]}, "config/a.json")
    mlflow.log_text("one", "replaced.txt")
    mlflow.log_text("two", "replaced.txt")
    mlflow.log_table({"q": ["x"], "a": ["y"]}, artifact_file="table.json")
    mlflow.log_table(pandas.DataFrame({"q": ["z"], "a": ["w"]}), artifact_file="table.json")
    mlflow.log_image(numpy.zeros((8, 8, 3), dtype=numpy.uint8), "black.png")
    mlflow.log_image(numpy.zeros((8, 8, 3), dtype=numpy.uint8), key="live", step=1)
    mlflow.flush_artifact_async_logging()  # images of a series are sent in the background

    listed = {f.path: (f.is_dir, f.file_size) for f in client.list_artifacts(run_id)}
    assert listed["plain.txt"] == (False, 4) and listed["tree"] == (True, None), listed
    assert set(listed) >= {"plain.txt", "tree", "config", "replaced.txt", "table.json", "black.png", "images"}
    assert [f.path for f in client.list_artifacts(run_id, "tree/deep")] == [
        "tree/deep/er",
        "tree/deep/page.html",
        "tree/deep/with space & plus+.json",
    ]
    assert client.list_artifacts(run_id, "nowhere") == []
    assert client.list_artifacts(run_id, "plain.txt") == []

    target = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="tree", dst_path=folder + "/down")
    for name, content in contents.items():
        assert (pathlib.Path(target) / name).read_bytes() == content, name
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/replaced.txt") == "two"
    assert mlflow.artifacts.load_dict(run.info.artifact_uri + "/config/a.json") == {"a": [1, 2]}
    table = mlflow.load_table("table.json", run_ids=[run_id])
    assert list(table.q) == ["x", "z"], table
    try:
        mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="nowhere.txt")
        raise AssertionError("a missing artifact was downloaded")
    except (MlflowException, OSError):
        pass

for location in ["file:///etc", "/etc", "http://127.0.0.1:9/x", "s3://bucket/x", "mlflow-artifacts:/../../etc", "mlflow-artifacts://other/x"]:
    try:
        client.create_experiment("at " + location, artifact_location=location)
    except MlflowException as error:
        assert error.error_code == "INVALID_PARAMETER_VALUE", (location, error)
    else:
        raise AssertionError("taken: " + location)
print("passed")
