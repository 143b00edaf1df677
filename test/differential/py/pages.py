"""Routes that the client's own classes do not ask, but MLflow's pages, older clients and other languages do: as plain requests."""

from values import keys, texts
from world import World

# Some routes MLflow has for its pages alone.
_pages = "/ajax-api/2.0/mlflow"


def ask(side, method, path, body=None, query=None):
    answer = side.http(method, path, body, query)
    if answer["status"] >= 400:
        return {"status": answer["status"], "error_code": answer["error_code"], "message": answer["message"]}
    return {"status": answer["status"], "body": _plain(answer["body"])}


def server(side, path):
    """What a server says of itself: that it says it, not what."""
    answer = side.http("GET", path)
    fields = [] if path == "/health" else sorted(answer["body"])
    return {"status": answer["status"], "fields": fields}


# What Benchmate says of a version and MLflow does not: who registered it, and the logged model that it was made of.
_ours_alone = {"user_id", "model_id"}


def _plain(value):
    """Without what is empty, and with those lists sorted that have no order."""
    if isinstance(value, dict):
        left_out = _ours_alone if "current_stage" in value else ()
        kept = {key: _plain(item) for key, item in value.items() if item not in ([], None, "") and key not in left_out}
        if "next_page_token" in kept:
            kept["next_page_token"] = "<token>"
        if kept.get("file_size") == 0:
            del kept["file_size"]
        if isinstance(kept.get("value"), int):
            kept["value"] = float(kept["value"])  # one number, however it is written
        return {key: sorted(item, key=str) if key in ("dataset_summaries", "tags") else item for key, item in kept.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


handlers = {"ask": ask, "server": server}


def _ask(method: str, path: str, body=None, query=None) -> dict:
    args = {"method": method, "path": path, "body": body, "query": query}
    return {"call": "ask", "args": {name: value for name, value in args.items() if value is not None}}


def _prefix(world: World) -> str:
    return _pages if world.chance(0.3) else "/api/2.0/mlflow"


def make_datasets(world: World) -> dict:
    return _ask("POST", f"{_pages}/experiments/search-datasets", {"experiment_ids": [world.some("exp") for _ in range(world.pick([0, 1, 1, 2]))]})


def make_bulk(world: World) -> dict:
    query = {"run_id": [world.some("run") for _ in range(world.pick([1, 2, 3]))], "metric_key": world.pick(keys)}
    if world.chance(0.3):
        query["max_results"] = world.pick([1, 2, 5, 30_000])
    if world.chance(0.05):
        query.pop(world.pick(["run_id", "metric_key"]))
    return _ask("GET", f"{_pages}/metrics/get-history-bulk", query=query)


def make_interval(world: World) -> dict:
    query: dict = {"run_ids": [world.some("run") for _ in range(world.pick([1, 2, 3]))], "metric_key": world.pick(keys)}
    if world.chance(0.5):
        query |= {"start_step": world.pick([0, 1, -1]), "end_step": world.pick([1, 5, 1000])}
    if world.chance(0.3):
        query["max_results"] = world.pick([2500, 2500, 0, 2501])
    if world.chance(0.08):
        query.pop(world.pick(sorted(query)))
    return _ask("GET", f"{_prefix(world)}/metrics/get-history-bulk-interval", query=query)


def make_experiments(world: World) -> dict:
    query = {"max_results": world.pick([1, 2, 100]), "filter": f"name LIKE 's{world.seed}-%'", "order_by": world.pick([["name"], ["name DESC", "experiment_id"]])}
    return _ask("GET", f"{_prefix(world)}/experiments/search", query=query)


def make_old_model(world: World) -> dict:
    model = '{"run_id": "x", "artifact_path": "model", "utc_time_created": "2024-01-01", "flavors": {"python_function": {"env": "e", "config": {"a": 1}}}}'
    body = {"run_id": world.some("run"), "model_json": world.pick([model, model, model.replace('"model"', '"other"'), "{}", "{"])}
    return _ask("POST", f"{_prefix(world)}/runs/log-model", body)


def make_server(world: World) -> dict:
    return {"call": "server", "args": {"path": world.pick(["/api/3.0/mlflow/server-info", "/version", "/health"])}}


def make_list(world: World) -> dict:
    query = {"run_id": world.some("run"), "path": world.pick(["", "dir", "dir/deep", "nowhere", "../x", "config", "./dir", "dir/./deep"])}
    return _ask("GET", f"{_prefix(world)}/artifacts/list", query=query if world.chance(0.95) else {"path": "dir"})


def make_file(world: World) -> dict:
    path = world.pick(["a.txt", "dir/c.txt", "b.json", "nowhere", "../x", "/x"])
    if world.chance(0.6):
        return _ask("GET", "/get-artifact", query={world.pick(["run_id", "run_uuid"]): world.some("run"), "path": path})
    return _ask("GET", "/model-versions/get-artifact", query={"name": f"s{world.seed}-m", "version": world.pick(["1", "2", "9"]), "path": path})


def make_model_files(world: World) -> dict:
    model = world.some("model")
    if world.chance(0.5):
        return _ask("GET", f"{_prefix(world)}/logged-models/{model}/artifacts/directories", query=world.pick([None, {"artifact_directory_path": "dir"}]))
    return _ask("GET", f"{_pages}/logged-models/{model}/artifacts/files", query={"artifact_file_path": world.pick(["a.txt", "nowhere", "../x"])})


def make_latest(world: World) -> dict:
    query = {"name": f"s{world.seed}-{world.pick(['m', 'n', 'nothing'])}", "stages": world.pick([[], ["None"], ["Production", "staging"]])}
    return _ask("GET", f"{_prefix(world)}/registered-models/get-latest-versions", query=query)


makers = [(0.8, make_datasets), (0.8, make_bulk), (0.8, make_interval), (0.4, make_experiments), (0.5, make_old_model), (0.2, make_server)]
registry_makers = [(0.6, make_list), (1, make_file), (1, make_model_files), (0.6, make_latest)]
