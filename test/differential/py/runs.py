"""Calls for runs: their life, what is logged, inputs and outputs, searches."""

import json

from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, Metric, Param, RunTag

from filters import run_filter, run_order
from values import key_of, keys, numbers, steps, text_of, texts, times
from world import World


def shown(run, searched=False) -> dict:
    info, inputs, outputs = run.info, run.inputs, run.outputs
    return {
        "run_id": info.run_id,
        "run_name": info.run_name,
        "experiment_id": info.experiment_id,
        "user_id": "<user>",  # taken from the environment by the client
        "status": info.status,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "lifecycle_stage": info.lifecycle_stage,
        "artifact_uri": info.artifact_uri,
        "metrics": sorted(([m.key, m.value, m.timestamp, m.step] for m in run.data._metric_objs), key=lambda m: m[0]),
        "params": dict(sorted(run.data.params.items())),
        "tags": dict(sorted((k, json.loads(v) if k == "mlflow.log-model.history" else v) for k, v in run.data.tags.items() if k not in ("mlflow.user", "mlflow.source.name"))),
        "datasets": sorted(
            [[d.dataset.name, d.dataset.digest, d.dataset.source_type, d.dataset.source, d.dataset.schema, d.dataset.profile,
              sorted([t.key, t.value] for t in d.tags)] for d in inputs.dataset_inputs], key=str),
        # MLflow shows them in get_run alone.
        "model_inputs": [] if searched else sorted(m.model_id for m in inputs.model_inputs),
        "model_outputs": sorted(([m.model_id, m.step] for m in (outputs.model_outputs if outputs else [])), key=str),
    }


def create(side, experiment_id, run_name=None, tags=None, start_time=None):
    run = side.client.create_run(experiment_id, start_time=start_time, tags=tags, run_name=run_name)
    side.normaliser.know(run.info.run_id, "$this")
    result = shown(run)
    if run_name is None and not (tags or {}).get("mlflow.runName"):
        side.normaliser.know(run.info.run_name, "<made-up name>")
    return run.info.run_id, side.normaliser.normalise(result)


def log_batch(side, run_id, metrics=(), params=(), tags=()):
    side.client.log_batch(
        run_id,
        metrics=[Metric(m[0], m[1], m[2], m[3]) for m in metrics],
        params=[Param(k, v) for k, v in params],
        tags=[RunTag(k, v) for k, v in tags],
    )


def log_inputs(side, run_id, datasets=(), models=()):
    side.client.log_inputs(
        run_id,
        datasets=[
            DatasetInput(Dataset(d["name"], d["digest"], d.get("source_type", "local"), d.get("source", "s"), d.get("schema"), d.get("profile")),
                         [InputTag(k, v) for k, v in d.get("tags", {}).items()])
            for d in datasets
        ] or None,
        models=[LoggedModelInput(m) for m in models] or None,
    )


def log_outputs(side, run_id, models):
    side.client.log_outputs(run_id, [LoggedModelOutput(m, step) for m, step in models])


def search(side, experiment_ids, filter_string="", order_by=None, run_view_type=1, max_results=1000, pages=8):
    found, token = [], None
    for _ in range(pages):
        page = side.client.search_runs(experiment_ids, filter_string, run_view_type, max_results, order_by, token)
        found.append([shown(run, searched=True) for run in page])
        token = page.token
        if not token:
            return found
    return [*found, "more"]


def history(side, run_id, key):
    return [[m.key, m.value, m.timestamp, m.step] for m in side.client.get_metric_history(run_id, key)]


def plain(name):
    return lambda side, **args: getattr(side.client, name)(**args) and None


handlers = {
    "create_run": create,
    "get_run": lambda side, run_id: shown(side.client.get_run(run_id)),
    "log_batch": log_batch,
    "log_inputs": log_inputs,
    "log_outputs": log_outputs,
    "search_runs": search,
    "get_metric_history": history,
    "get_parent_run": lambda side, run_id: (lambda run: run and run.info.run_id)(side.client.get_parent_run(run_id)),
    **{name: plain(name) for name in ("log_metric", "log_param", "set_tag", "delete_tag", "update_run", "set_terminated", "delete_run", "restore_run")},
}


def make_create(world: World) -> dict:
    args: dict = {"experiment_id": world.some("exp"), "start_time": world.tick()}
    if not world.nameless or world.chance(0.5):
        args["run_name"] = world.pick(["first", "second", "it's", "First", "ü", "r" * 250])
    if world.chance(0.4):
        args["tags"] = {world.pick(keys): world.pick(texts), **({"mlflow.runName": args.get("run_name", "second") if world.chance(0.7) else "second"} if world.chance(0.2) else {})}
    return {"call": "create_run", "bind": world.make("run"), "args": args}


def metric_of(world: World) -> list:
    return [key_of(world), world.pick(numbers), world.pick(times), world.pick(steps)]


def make_log_metric(world: World) -> dict:
    key, value, timestamp, step = metric_of(world)
    if world.chance(0.03):
        value = world.pick(["x", None, True, "5"])
    if world.chance(0.02):
        timestamp = -1
    return {"call": "log_metric", "args": {"run_id": world.some("run"), "key": key, "value": value, "timestamp": timestamp, "step": step}}


def make_log_batch(world: World) -> dict:
    args: dict = {"run_id": world.some("run")}
    if world.chance(0.8):
        args["metrics"] = [metric_of(world) for _ in range(world.pick([1, 3, 10]))]
    if world.chance(0.4):
        args["params"] = [[key_of(world), text_of(world)] for _ in range(world.pick([1, 2, 3]))]
    if world.chance(0.4):
        args["tags"] = [[key_of(world), text_of(world)] for _ in range(world.pick([1, 2, 3]))]
    if world.chance(0.02):
        args["params"] = [[f"p{i}", "v"] for i in range(world.pick([100, 101]))]
    if world.chance(0.02):
        args["metrics"] = [["a", float(i), 1, i] for i in range(world.pick([1000, 1001]))]
    if world.chance(0.02):
        args["tags"] = [[f"t{i}", "v"] for i in range(world.pick([100, 101]))]
    return {"call": "log_batch", "args": args}


def dataset_of(world: World) -> dict:
    number = world.pick([0, 0, 1])
    dataset: dict = {"name": world.pick(["d0", "d1", "D0"]), "digest": f"h{number}"}
    if world.chance(0.5):
        dataset["schema"] = world.pick(['{"a": 1}', ""])
    if world.chance(0.3):
        dataset["profile"] = "p"
    if world.chance(0.6):
        dataset["tags"] = {"mlflow.data.context": world.pick(["train", "test", "Train"]), **({"x": "y"} if world.chance(0.2) else {})}
    if world.chance(0.05):
        dataset[world.pick(["name", "digest", "source_type", "source"])] = world.pick(["", "n" * 501, "h" * 37, "n" * 500])
    return dataset


def make_log_inputs(world: World) -> dict:
    args: dict = {"run_id": world.some("run")}
    if world.chance(0.9):
        args["datasets"] = [dataset_of(world) for _ in range(world.pick([1, 1, 2]))]
    if world.chance(0.2) and world.made.get("model"):
        args["models"] = [world.some("model", 0)]
    return {"call": "log_inputs", "args": args}


def make_update(world: World) -> dict:
    args: dict = {"run_id": world.some("run")}
    if world.chance(0.6):
        args["status"] = world.pick(["RUNNING", "FINISHED", "FAILED", "KILLED", "SCHEDULED", "nonsense"])
    if world.chance(0.5):
        args["name"] = world.pick(["first", "second", "", "third"])
    return {"call": "update_run", "args": args}


def make_terminated(world: World) -> dict:
    status = world.pick([None, "FINISHED", "FAILED", "KILLED"])
    return {"call": "set_terminated", "args": {"run_id": world.some("run"), "status": status, "end_time": world.tick()}}


def make_search(world: World) -> dict:
    experiments = [world.some("exp", 0.01) for _ in range(world.pick([1, 1, 2, 3]))]
    args: dict = {"experiment_ids": experiments, "filter_string": run_filter(world), "run_view_type": world.pick([1, 1, 1, 2, 3])}
    if world.chance(0.6):
        args["order_by"] = run_order(world)
    if world.chance(0.4):
        args["max_results"] = world.pick([1, 2, 3, 5])
    if world.chance(0.03):
        args["max_results"] = world.pick([0, -1, 50_001, 50_000])
    return {"call": "search_runs", "args": args}


def of_run(call: str, **more):
    return lambda world: {"call": call, "args": {"run_id": world.some("run"), **{k: make(world) for k, make in more.items()}}}


makers = [
    (4, make_create),
    (6, make_log_metric),
    (5, make_log_batch),
    (4, of_run("log_param", key=key_of, value=text_of)),
    (3, of_run("set_tag", key=lambda w: "mlflow.runName" if w.chance(0.1) else key_of(w), value=text_of)),
    (1, of_run("delete_tag", key=key_of)),
    (3, of_run("get_run")),
    (3, of_run("get_metric_history", key=key_of)),
    (3, make_log_inputs),
    (0.7, lambda world: {"call": "log_outputs", "args": {"run_id": world.some("run"), "models": [[world.some("model", 0), world.pick([0, 1, 5])]]}}),
    (1.5, make_update),
    (2, make_terminated),
    (0.7, of_run("delete_run")),
    (0.7, of_run("restore_run")),
    (0.3, of_run("get_parent_run")),
    (14, make_search),
]
