"""Calls for artifacts: up, down, listed, deleted, through the run and through the proxy's own address."""

import pathlib
import tempfile

from world import World

names = ["a.txt", "b.json", "ü ß.txt", "with space.txt", "plus+&=.txt", "dir/c.txt", "dir/deep/d.txt", "dir/e.bin", "50%.txt", "[x].txt", "it's.txt"]
bad_names = ["../x", "/x", "a/../b", "./x", "dir/../../x", ".."]
contents = ["", "one", "two", "{}", "<script>", "é" * 1000]


def shown(files) -> list:
    return sorted([f.path, f.is_dir, f.file_size or 0] for f in files)


def download(side, run_id, path):
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(side.client.download_artifacts(run_id, path, folder))
        if target.is_file():
            return target.read_text(encoding="utf-8")
        return sorted([file.relative_to(target).as_posix(), file.read_text(encoding="utf-8")] for file in target.rglob("*") if file.is_file())


def proxied(side, method, run_id, path, body=None, query=None):
    """A request to the proxy's own address, below the folder of a run."""
    root = side.client.get_run(run_id).info.artifact_uri.removeprefix("mlflow-artifacts:/")
    answer = side.http(method, f"/api/2.0/mlflow-artifacts/artifacts/{root}/{path}", body, query)
    # An empty answer is as good as an empty object.
    body = answer.get("body")
    return {"status": answer["status"], "body": None if body in ({}, {"not json": ""}) else body}


handlers = {
    "log_text": lambda side, run_id, text, path: side.client.log_text(run_id, text, path),
    "log_dict": lambda side, run_id, path: side.client.log_dict(run_id, {"a": [1, "ü"]}, path),
    "list_artifacts": lambda side, run_id, path=None: shown(side.client.list_artifacts(run_id, path)),
    "download_artifacts": download,
    "proxied": proxied,
}


def name_of(world: World) -> str:
    return world.pick(bad_names) if world.chance(0.04) else world.pick(names)


makers = [
    (3, lambda world: {"call": "log_text", "args": {"run_id": world.some("run"), "text": world.pick(contents), "path": name_of(world)}}),
    (0.5, lambda world: {"call": "log_dict", "args": {"run_id": world.some("run"), "path": world.pick(["config/a.json", "config/b.yaml", "c.json"])}}),
    (2, lambda world: {"call": "list_artifacts", "args": {"run_id": world.some("run"), "path": world.pick([None, "dir", "dir/deep", "nowhere", "a.txt", "config", "./dir", name_of(world)])}}),
    (1.5, lambda world: {"call": "download_artifacts", "args": {"run_id": world.some("run"), "path": world.pick(["dir", "a.txt", "ü ß.txt", "config", name_of(world)])}}),
    (0.7, lambda world: {"call": "proxied", "args": {"run_id": world.some("run", 0), "method": world.pick(["GET", "PUT", "DELETE", "DELETE"]), "path": world.pick(names)}}),
]
