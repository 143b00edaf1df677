"""Requests as no stock client would send them: fields that are missing, of a wrong type, unknown, or said twice."""

import json

from world import World

_run = {"run_id": "$run0"}
_metric = {"key": "a", "value": 1.5, "timestamp": 5, "step": 2}
_param = {"key": "a", "value": "v"}

# Path below /api/2.0/mlflow, a good body, fields to spoil.
_posts = [
    ("experiments/search", {"max_results": 3, "filter": "name = 's0-nobody'", "view_type": "ALL", "order_by": ["name"]}),
    ("experiments/set-experiment-tag", {"experiment_id": "$exp0", "key": "a", "value": "v"}),
    ("experiments/delete-experiment-tag", {"experiment_id": "$exp0", "key": "never"}),
    ("runs/update", {**_run, "status": "FINISHED", "end_time": 5, "run_name": "first"}),
    ("runs/log-metric", {**_run, **_metric}),
    ("runs/log-parameter", {**_run, **_param}),
    ("runs/set-tag", {**_run, **_param}),
    ("runs/delete-tag", {**_run, "key": "never"}),
    ("runs/log-batch", {**_run, "metrics": [_metric], "params": [_param], "tags": [_param]}),
    ("runs/search", {"experiment_ids": ["$exp0"], "filter": "metrics.a > 0", "max_results": 5, "order_by": ["metrics.a"], "run_view_type": "ALL"}),
    ("logged-models/search", {"experiment_ids": ["$exp0"], "filter": "name = 'm'", "max_results": 5}),
]
_gets = [
    ("experiments/get", {"experiment_id": "$exp0"}),
    ("experiments/get-by-name", {"experiment_name": "nobody"}),
    ("runs/get", _run),
    ("metrics/get-history", {**_run, "metric_key": "a", "max_results": "2"}),
]
_spoiled = ["", "x", 5, 1.5, True, None, [], {}, ["x"], [5], "5", -1]


def request(side, method, path, body=None, query=None):
    answer = side.http(method, f"/api/2.0/mlflow/{path}", body, query)
    if answer["status"] < 400:
        return {"status": answer["status"]}
    return {"status": answer["status"], "error_code": answer["error_code"], "message": answer["message"]}


handlers = {"request": request}


def make_request(world: World) -> dict:
    if world.chance(0.2):
        path, query = world.pick(_gets)
        return {"call": "request", "args": {"method": "GET", "path": path, "query": _spoil(world, query, ["", "x", "5", "-1"])}}
    path, body = world.pick(_posts)
    return {"call": "request", "args": {"method": "POST", "path": path, "body": _spoil(world, body, _spoiled)}}


def _spoil(world: World, good: dict, values: list) -> dict:
    # Each place has its own copy: what is spoiled in a param stays whole in a tag.
    body = json.loads(json.dumps(good))
    for _ in range(world.pick([0, 1, 1, 1, 2])):
        holder = body
        name = world.pick(sorted(good))
        inner = holder.get(name)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict) and world.chance(0.7):
            holder, name = inner[0], world.pick(sorted(inner[0]) or ["key"])
        if world.chance(0.3):
            holder.pop(name, None)
        else:
            value = world.pick(values)
            # Another sequence may have an experiment 5.
            holder[name] = "999999" if name == "experiment_id" and value in (5, "5") else value
    if world.chance(0.1):
        body["brand_new"] = {"a": [1]}
    return body


makers = [(6, make_request)]
