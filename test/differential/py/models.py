"""Calls for logged models."""

import time

from mlflow.entities import LoggedModelStatus, Metric
from mlflow.tracking.client import MlflowClient  # noqa: F401

from values import keys, numbers, steps, texts
from world import World


def shown(model) -> dict:
    return {
        "experiment_id": model.experiment_id,
        "model_id": model.model_id,
        "name": model.name,
        "artifact_location": model.artifact_location,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "model_type": model.model_type or None,
        "source_run_id": model.source_run_id or None,
        "status": str(model.status),
        "tags": dict(sorted(model.tags.items())),
        "params": dict(sorted(model.params.items())),
        "metrics": sorted(
            [[m.key, m.value, m.timestamp, m.step, m.run_id, m.dataset_name or None, m.dataset_digest or None] for m in (model.metrics or [])],
            key=lambda m: (m[0], m[2], m[3], str(m[1]), str(m[5]), m[4])),
    }


def create(side, experiment_id, name=None, **more):
    time.sleep(0.002)  # two of one millisecond are sorted by their ids
    model = side.client.create_logged_model(experiment_id, name=name, **more)
    side.normaliser.know(model.model_id, "$this")
    if not name:
        side.normaliser.know(model.name, "<made-up name>")
    return model.model_id, side.normaliser.normalise(shown(model))


def log_metric(side, run_id, model_id, key, value, timestamp, step, dataset_name=None, dataset_digest=None):
    side.client.log_metric(run_id, key, value, timestamp=timestamp, step=step, model_id=model_id,
                           dataset_name=dataset_name, dataset_digest=dataset_digest)


def log_batch(side, run_id, model_id, metrics):
    side.client.log_batch(run_id, metrics=[Metric(k, v, t, s, model_id=model_id) for k, v, t, s in metrics])


def search(side, experiment_ids, filter_string=None, datasets=None, order_by=None, max_results=None, pages=6):
    found, token = [], None
    for _ in range(pages):
        page = side.client.search_logged_models(experiment_ids, filter_string, datasets, max_results, order_by, token)
        found.append([shown(model) for model in page])
        token = page.token
        if not token:
            return found
    return [*found, "more"]


handlers = {
    "create_logged_model": create,
    "get_logged_model": lambda side, model_id: shown(side.client.get_logged_model(model_id)),
    "finalize_logged_model": lambda side, model_id, status: shown(side.client.finalize_logged_model(model_id, LoggedModelStatus(status))),
    "delete_logged_model": lambda side, model_id: side.client.delete_logged_model(model_id),
    "set_logged_model_tags": lambda side, model_id, tags: side.client.set_logged_model_tags(model_id, tags),
    "delete_logged_model_tag": lambda side, model_id, key: side.client.delete_logged_model_tag(model_id, key),
    "log_model_params": lambda side, model_id, params: side.client.log_model_params(model_id, params),
    "log_model_metric": log_metric,
    "log_model_batch": log_batch,
    "search_logged_models": search,
}


def make_create(world: World) -> dict:
    args: dict = {"experiment_id": world.some("exp")}
    if not world.nameless or world.chance(0.5):
        args["name"] = world.pick(["first", "second", "First", "ü", "my model", "a_b"])
    if world.chance(0.05):
        args["name"] = world.pick(["a/b", "a:b", "a.b", "a%b", "it's", 'a"b', ""])
    if world.chance(0.6) and world.made.get("run"):
        args["source_run_id"] = world.some("run", 0)
    if world.chance(0.5):
        args["tags"] = {world.pick(keys): world.pick(texts)}
    if world.chance(0.5):
        args["params"] = {world.pick(keys): world.pick(texts)}
    if world.chance(0.5):
        args["model_type"] = world.pick(["classifier", "Agent", ""])
    return {"call": "create_logged_model", "bind": world.make("model"), "args": args}


def number_of(world: World) -> float:
    """MLflow forgets that a metric of a model was NaN."""
    number = world.pick(numbers)
    return 1.0 if number != number else number


def make_metric(world: World) -> dict:
    dataset = world.pick([(None, None), ("d0", "h0"), ("d0", "h1"), ("d1", "h0")])
    return {"call": "log_model_metric", "args": {
        "run_id": world.some("run"), "model_id": world.some("model", 0), "key": world.pick(keys), "value": number_of(world),
        # MLflow keeps but one value of a model's metric at one time and step.
        "timestamp": world.tick(), "step": world.pick(steps), "dataset_name": dataset[0], "dataset_digest": dataset[1]}}


def make_batch(world: World) -> dict:
    metrics = [[world.pick(keys), number_of(world), world.tick(), world.pick(steps)] for _ in range(3)]
    return {"call": "log_model_batch", "args": {"run_id": world.some("run", 0), "model_id": world.some("model", 0), "metrics": metrics}}


def _comparison(world: World) -> str:
    kind = world.pick(["name", "metric", "param", "tag", "type", "time", "run"])
    operator = world.pick(["=", "!=", "LIKE", "ILIKE"])
    if kind == "name" and not world.nameless:
        return f"name {operator} '{world.pick(['first', 'First', 'f%', 'ü', 'a_b'])}'"
    if kind == "metric":
        number = world.pick(["0", "1", "0.5", "-1", "3"])
        return f"metrics.{world.pick(['a', 'b', '`val loss`', '`a.b`'])} {world.pick(['=', '!=', '<', '<=', '>', '>='])} {number}"
    if kind in ("param", "tag"):
        return f"{kind}s.{world.pick(['a', 'b', '`val loss`', 'A'])} {operator} '{world.pick(['v', 'V', 'w', 'v%', '%', '_'])}'"
    if kind == "type":
        return world.pick([f"model_type {operator} 'classifier'", "model_type IN ('classifier', 'Agent')", "model_type NOT IN ('classifier',)"])
    if kind == "time":
        return f"{world.pick(['creation_timestamp', 'creation_time', 'last_updated_timestamp'])} {world.pick(['<', '>', '>='])} {world.pick([0, 9999999999999])}"
    return f"source_run_id = '{world.some('run', 0)}'"


def make_search(world: World) -> dict:
    args: dict = {"experiment_ids": [world.some("exp", 0) for _ in range(world.pick([1, 2]))]}
    if world.chance(0.7):
        args["filter_string"] = " AND ".join(_comparison(world) for _ in range(world.pick([1, 1, 2])))
    if world.chance(0.06):
        args["filter_string"] = world.pick(["nothing = 'x'", "name > 'x'", "metrics.a > 'x'", "unknown.a = 'b'", "name = ", "name IS NULL", "metrics.a LIKE '1'", "tags.a = 'v' OR tags.b = 'w'"])
    if world.chance(0.25):
        args["datasets"] = [world.pick([{"dataset_name": "d0", "dataset_digest": "h0"}, {"dataset_name": "d1", "dataset_digest": "h0"}, {"dataset_name": "d0", "dataset_digest": "h1"}])]
    if world.chance(0.03):
        args["datasets"] = [{"dataset_digest": "h0"}]
    if world.chance(0.5):
        field = world.pick(["name", "creation_timestamp", "creation_time", "last_updated_timestamp", "model_type", "status", "metrics.a", "metrics.b"])
        if world.nameless and field == "name":
            field = "model_type"
        args["order_by"] = [{"field_name": field, "ascending": world.pick([True, False])}]
        if field.startswith("metrics.") and world.chance(0.4):
            args["order_by"][0].update(world.pick([{"dataset_name": "d0"}, {"dataset_name": "d0", "dataset_digest": "h0"}]))
    if world.chance(0.04):
        args["order_by"] = [{"field_name": world.pick(["nothing", "params.a", "tags.a", "metrics"]), "ascending": True}]
    if world.chance(0.3):
        args["max_results"] = world.pick([1, 2, 3])
    return {"call": "search_logged_models", "args": args}


def of_model(call: str, **more):
    return lambda world: {"call": call, "args": {"model_id": world.some("model"), **{k: make(world) for k, make in more.items()}}}


makers = [
    (2.5, make_create),
    (3, make_metric),
    (1, make_batch),
    (1.5, of_model("get_logged_model")),
    (1, of_model("finalize_logged_model", status=lambda w: w.pick(["READY", "FAILED"]))),
    (1, of_model("set_logged_model_tags", tags=lambda w: {w.pick(keys): w.pick(texts)})),
    (0.6, of_model("delete_logged_model_tag", key=lambda w: w.pick(keys))),
    (0.5, of_model("log_model_params", params=lambda w: {f"p{w.dice.randint(0, 9**9)}": w.pick(texts)})),
    (0.3, of_model("delete_logged_model")),
    (5, make_search),
]
