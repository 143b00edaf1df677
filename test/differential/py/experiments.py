"""Calls for experiments."""

import time

from filters import experiment_filter, experiment_order
from values import experiment_name, keys, texts
from world import World


def shown(experiment) -> dict:
    return {
        "experiment_id": experiment.experiment_id,
        "name": experiment.name,
        "artifact_location": experiment.artifact_location,
        "lifecycle_stage": experiment.lifecycle_stage,
        "creation_time": experiment.creation_time,
        "last_update_time": experiment.last_update_time,
        "tags": dict(sorted(experiment.tags.items())),
    }


def create(side, name, artifact_location=None, tags=None):
    time.sleep(0.002)  # two of one millisecond are sorted otherwise
    experiment_id = side.client.create_experiment(name, artifact_location=artifact_location, tags=tags)
    return experiment_id, "created"


def search(side, filter_string=None, order_by=None, view_type=1, max_results=1000, pages=8):
    found, token = [], None
    for _ in range(pages):
        page = side.client.search_experiments(view_type, max_results, filter_string, order_by, token)
        found.append([shown(e) for e in page])
        token = page.token
        if not token:
            return found
    return [*found, "more"]


def by_name(side, name):
    experiment = side.client.get_experiment_by_name(name)
    return experiment and shown(experiment)


handlers = {
    "create_experiment": create,
    "get_experiment": lambda side, experiment_id: shown(side.client.get_experiment(experiment_id)),
    "get_experiment_by_name": by_name,
    "search_experiments": search,
    "rename_experiment": lambda side, **args: side.client.rename_experiment(**args),
    "delete_experiment": lambda side, **args: side.client.delete_experiment(**args),
    "restore_experiment": lambda side, **args: side.client.restore_experiment(**args),
    "set_experiment_tag": lambda side, **args: side.client.set_experiment_tag(**args),
    "delete_experiment_tag": lambda side, **args: side.client.delete_experiment_tag(**args),
}


def make_create(world: World) -> dict:
    args: dict = {"name": experiment_name(world)}
    if world.chance(0.3):
        args["tags"] = {world.pick(keys): world.pick(texts) for _ in range(2)}
    if world.chance(0.1):
        args["artifact_location"] = f"mlflow-artifacts:/own/{world.seed}"
    return {"call": "create_experiment", "bind": world.make("exp"), "args": args}


def make_search(world: World) -> dict:
    own = f"name LIKE 's{world.seed}-%'"
    wanted = experiment_filter(world)
    args: dict = {"filter_string": f"{own} AND {wanted}" if wanted else own, "view_type": world.pick([1, 1, 2, 3])}
    if world.chance(0.6):
        args["order_by"] = experiment_order(world)
    if world.chance(0.5):
        args["max_results"] = world.pick([1, 2, 3, 5])
    if world.chance(0.05):
        args["max_results"] = world.pick([0, -1, 50_001, 50_000])
    return {"call": "search_experiments", "args": args}


def make_of_one(call: str, **more):
    def maker(world: World) -> dict:
        args = {name: make(world) for name, make in more.items()}
        return {"call": call, "args": {"experiment_id": world.some("exp"), **args}}

    return maker


makers = [
    (3, make_create),
    (3, make_search),
    (2, make_of_one("get_experiment")),
    (1, lambda world: {"call": "get_experiment_by_name", "args": {"name": experiment_name(world)}}),
    (1, make_of_one("rename_experiment", new_name=experiment_name)),
    (0.5, make_of_one("delete_experiment")),
    (0.7, make_of_one("restore_experiment")),
    (2, make_of_one("set_experiment_tag", key=lambda w: w.pick(keys), value=lambda w: w.pick(texts))),
    (0.7, make_of_one("delete_experiment_tag", key=lambda w: w.pick(keys))),
]
