"""Calls for the registry: models, versions, aliases, stages, tags, searches."""

import time

from values import key_of, keys
from values import texts as all_texts
from world import World

# A text that is a number may be the id of an experiment, too.
texts = [text for text in all_texts if not text.isdigit()]
stages = ["None", "Staging", "Production", "Archived", "production", "ARCHIVED"]
aliases = ["champion", "challenger", "Champion", "a-b_c"]
bad_aliases = ["latest", "LATEST", "v1", "V22", "a b", "a.b", "a/b", "", "ü?"]


def shown_version(version, with_aliases=True) -> dict:
    return {
        "name": version.name,
        "version": int(version.version),
        "creation_timestamp": version.creation_timestamp,
        "last_updated_timestamp": version.last_updated_timestamp,
        "revised": version.last_updated_timestamp > version.creation_timestamp,
        "description": version.description or "",
        "current_stage": version.current_stage,
        "source": version.source,
        "run_id": version.run_id or "",
        "run_link": version.run_link or "",
        "status": version.status,
        "tags": dict(sorted(version.tags.items())),
        # MLflow shows them where one version is asked for.
        "aliases": sorted(version.aliases) if with_aliases else [],
    }


def shown_model(model) -> dict:
    return {
        "name": model.name,
        "creation_timestamp": model.creation_timestamp,
        "last_updated_timestamp": model.last_updated_timestamp,
        "revised": model.last_updated_timestamp > model.creation_timestamp,
        "description": model.description or "",
        "tags": dict(sorted(model.tags.items())),
        "aliases": sorted([alias, int(version)] for alias, version in model.aliases.items()),
        "latest_versions": [shown_version(v, False) for v in by_number(model.latest_versions or [])],
    }


def by_number(versions):
    return sorted(versions, key=lambda version: int(version.version))


def settled(change):
    """Two changes of one millisecond are sorted by chance."""
    time.sleep(0.002)
    result = change()
    time.sleep(0.002)
    return result


def create_version(side, name, source, run_id=None, **more):
    if source.startswith("artifacts of "):
        source = side.client.get_run(source.removeprefix("artifacts of ")).info.artifact_uri + "/model"
    return shown_version(settled(lambda: side.client.create_model_version(name, source, run_id, await_creation_for=0, **more)))


def search(side, call, show, pages, **args):
    found, token = [], None
    for _ in range(pages):
        page = call(page_token=token, **args)
        found.append([show(each) for each in page])
        token = page.token
        if not token:
            return found
    return [*found, "more"]


def search_models(side, pages=6, **args):
    return search(side, side.client.search_registered_models, shown_model, pages, **args)


def search_versions(side, pages=6, **args):
    return search(side, side.client.search_model_versions, lambda version: shown_version(version, False), pages, **args)


def rename(side, name, new_name):
    settled(lambda: side.client.rename_registered_model(name, new_name))


def changing(name):
    return lambda side, **args: settled(lambda: getattr(side.client, name)(**args)) and None


handlers = {
    "create_registered_model": lambda side, **args: shown_model(settled(lambda: side.client.create_registered_model(**args))),
    "get_registered_model": lambda side, name: shown_model(side.client.get_registered_model(name)),
    "rename_registered_model": rename,
    "update_registered_model": lambda side, **args: shown_model(settled(lambda: side.client.update_registered_model(**args))),
    "search_registered_models": search_models,
    "get_latest_versions": lambda side, name, stages=None: [shown_version(v) for v in by_number(side.client.get_latest_versions(name, stages))],
    "create_model_version": create_version,
    "get_model_version": lambda side, name, version: shown_version(side.client.get_model_version(name, version)),
    "get_model_version_download_uri": lambda side, name, version: side.client.get_model_version_download_uri(name, version),
    "update_model_version": lambda side, **args: shown_version(settled(lambda: side.client.update_model_version(**args))),
    "transition_model_version_stage": lambda side, **args: shown_version(settled(lambda: side.client.transition_model_version_stage(**args))),
    "search_model_versions": search_versions,
    "get_model_version_by_alias": lambda side, name, alias: shown_version(side.client.get_model_version_by_alias(name, alias)),
    **{
        name: changing(name)
        for name in (
            "delete_registered_model", "set_registered_model_tag", "delete_registered_model_tag", "delete_model_version",
            "set_model_version_tag", "delete_model_version_tag", "set_registered_model_alias", "delete_registered_model_alias",
        )
    },
}


def name_of(world: World, wrong=0.04) -> str:
    if world.chance(wrong):
        return world.pick(["", " ", "a/b", "a:b", ".", "..", f"s{world.seed}-nothing"])
    return f"s{world.seed}-{world.pick(['m', 'm', 'm', 'n', 'M', 'ü n', 'x_y', 'xzy'])}"


def number_of(world: World) -> str:
    return world.pick(["0", "-1", "x", "1.5", "", "99"]) if world.chance(0.05) else world.pick(["1", "1", "2", "2", "3", "4"])


def alias_of(world: World) -> str:
    return world.pick(bad_aliases) if world.chance(0.08) else world.pick(aliases)


def some_tags(world: World) -> dict:
    return {world.pick(keys): world.pick(texts) for _ in range(world.pick([1, 1, 2]))}


def make_model(world: World) -> dict:
    args: dict = {"name": name_of(world)}
    if world.chance(0.4):
        args["tags"] = some_tags(world) if world.chance(0.95) else {key_of(world): "x"}
    if world.chance(0.4):
        args["description"] = world.pick(texts)
    return {"call": "create_registered_model", "args": args}


def make_version(world: World) -> dict:
    run = world.some("run", 0)
    args: dict = {"name": name_of(world), "source": f"artifacts of {run}", "run_id": run}
    if world.chance(0.3):
        args["source"] = f"runs:/{run}/model"
    if world.chance(0.25):
        other = name_of(world, 0)
        args.pop("run_id")
        args["source"] = world.pick([f"models:/{other}/{number_of(world)}", f"models:/{other}@{world.pick(aliases)}"])
    elif world.chance(0.15) and world.made.get("model"):
        model = world.some("model", 0)
        args = {"name": args["name"], "source": f"models:/{model}", **({"model_id": model} if world.chance(0.7) else {})}
    elif world.chance(0.1):
        args["run_id"] = world.pick([None, world.some("run"), "0" * 32])
    elif world.chance(0.06):
        args["source"] = world.pick(["/etc", "file:///etc", "mlflow-artifacts:/../x", f"runs:/{run}", f"runs:/{run}/../x", "models:/", "models:/a/b/c", "", "models:/m-x"])
    for field, make in (("tags", some_tags), ("run_link", lambda w: "https://ci.example/1"), ("description", lambda w: w.pick(texts))):
        if world.chance(0.25):
            args[field] = make(world)
    return {"call": "create_model_version", "args": args}


def _version_comparison(world: World) -> str:
    return world.pick([
        f"name = '{name_of(world, 0)}'",
        f"name != '{name_of(world, 0)}'",
        f"name IN ('{name_of(world, 0)}', '{name_of(world, 0)}')",
        f"name NOT IN ('{name_of(world, 0)}')",
        f"name ILIKE 'S{world.seed}-M'",
        f"run_id = '{world.some('run', 0)}'",
        f"run_id IN ('{world.some('run', 0)}', 'x')",
        f"version_number {world.pick(['=', '!=', '<', '<=', '>', '>='])} {world.pick([1, 2, 3])}",
        f"source_path {world.pick(['LIKE', '!='])} '%{world.pick(['model', 'models:%', 'runs:%', 'x'])}'",
        f"tags.{world.pick(['a', 'b', '`val loss`', '`a.b`', 'A'])} {world.pick(['=', '!=', 'LIKE', 'ILIKE'])} '{world.pick(['v', 'V', 'w', 'v%', '%', '_'])}'",
    ])


def _model_comparison(world: World) -> str:
    return world.pick([
        f"name = '{name_of(world, 0)}'",
        f"name != '{name_of(world, 0)}'",
        f"name IN ('{name_of(world, 0)}', '{name_of(world, 0)}')",
        f"name LIKE 's{world.seed}-x_y'",
        f"name ILIKE 'S{world.seed}-M'",
        f"tags.{world.pick(['a', 'b', '`val loss`', '`a.b`', 'A'])} {world.pick(['=', '!=', 'LIKE', 'ILIKE'])} '{world.pick(['v', 'V', 'w', 'v%', '%', '_'])}'",
    ])


wrong_filters = [
    "nothing = 'x'", "version_number = 1.5", "creation_timestamp > 1", "tags.a IS NULL", "tags.a IS NOT NULL",
    "params.a = 'x'", "name > 'x'", "name = x", "name = 'a' OR name = 'b'", "name LIKE 5", "version_number IN (1, 2)", "version_number LIKE '1'",
    "source_path IN ('x')", "tags.a > 'x'", "metrics.a > 1", "name =", "current_stage = 'None'",
]


def make_search(call: str, comparison, orders: list[str]):
    def make(world: World) -> dict:
        # Other sequences have left their models on both servers.
        filters = [f"name LIKE 's{world.seed}-%'", *(comparison(world) for _ in range(world.pick([0, 1, 1, 2])))]
        args: dict = {"filter_string": " AND ".join(filters)}
        if world.chance(0.08):
            args["filter_string"] = f"{filters[0]} AND {world.pick(wrong_filters)}"
        if world.chance(0.5):
            args["order_by"] = [f"{world.pick(orders)} {world.pick(['ASC', 'DESC', ''])}".strip()]
        if world.chance(0.04):
            args["order_by"] = [world.pick(["nothing", "name UP", "tags.a", "run_id ASC", "source_path", "version", ""])]
        if world.chance(0.4):
            args["max_results"] = world.pick([1, 2, 3])
        if world.chance(0.03):
            args["max_results"] = world.pick([1001, 200_001] if call == "search_registered_models" else [-1, 0, 200_001])
        return {"call": call, "args": args}
    return make


def of_model(call: str, **more):
    return lambda world: {"call": call, "args": {"name": name_of(world), **{k: make(world) for k, make in more.items()}}}


def make_stage(world: World) -> dict:
    stage = "Shelf" if world.chance(0.04) else world.pick(stages)
    args: dict = {"name": name_of(world), "version": number_of(world), "stage": stage}
    if world.chance(0.4):
        args["archive_existing_versions"] = True
    return {"call": "transition_model_version_stage", "args": args}


makers = [
    (4, make_model),
    (6, make_version),
    (1, of_model("get_registered_model")),
    (1, of_model("get_model_version", version=number_of)),
    (1, of_model("get_model_version_download_uri", version=number_of)),
    (0.6, of_model("rename_registered_model", new_name=name_of)),
    (1, of_model("update_registered_model", description=lambda w: w.pick(texts))),
    (1, of_model("update_model_version", version=number_of, description=lambda w: w.pick([None, *texts]))),
    (0.5, of_model("delete_registered_model")),
    (0.7, of_model("delete_model_version", version=number_of)),
    (1, of_model("set_registered_model_tag", key=key_of, value=lambda w: w.pick(texts))),
    (0.6, of_model("delete_registered_model_tag", key=key_of)),
    (1.5, of_model("set_model_version_tag", version=number_of, key=key_of, value=lambda w: w.pick(texts))),
    (0.6, of_model("delete_model_version_tag", version=number_of, key=key_of)),
    (2, of_model("set_registered_model_alias", alias=alias_of, version=number_of)),
    (0.7, of_model("delete_registered_model_alias", alias=alias_of)),
    (1, of_model("get_model_version_by_alias", alias=alias_of)),
    (2, make_stage),
    (1, of_model("get_latest_versions", stages=lambda w: w.pick([None, ["Production"], ["None", "staging"], ["Shelf"], []]))),
    (2.5, make_search("search_registered_models", _model_comparison, ["name", "timestamp", "last_updated_timestamp"])),
    (4, make_search("search_model_versions", _version_comparison, ["name", "version_number", "creation_timestamp", "last_updated_timestamp"])),
]
