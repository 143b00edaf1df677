"""Filters and orders: of the whole grammar, with values that some entity has; and broken ones."""

import re

from values import keys, texts
from world import World

_number_operators = ["=", "!=", "<", "<=", ">", ">="]
_broken = [
    "metrics.a", "metrics.a >", "> 1", "metrics.a > 'x'", "params.a = 1", "params.a = v", "tags.a LIKE 5",
    "metrics.a LIKE '1'", "metric a = 1", "unknown.a = 1", "attributes.nothing = 'x'", "nothing = 'x'",
    "metrics.a > 1 OR metrics.a < 0", "NOT metrics.a > 1", "(metrics.a > 1)", "params.a = 'v' params.b = 'w' 5",
    "params.a == 'v'", "params.a <> 'v'", "start_time = 'x'", "start_time LIKE '1%'", "run_id > 'a'",
    "run_id IN ()", "run_id IN ('a', 5)", "params.a IN ('v')", "metrics.a IN (1)", "status IN ('RUNNING')",
    "params.a = 'v'; params.b = 'w'", "params.'a' = 'v'", "tags.a IS", "metrics.a IS NULL", "status IS NULL",
    "tags.a IS NOT", "dataset.nothing = 'x'", "dataset.name > 'x'", "params.a LIKE", "'v' = params.a",
    "params.a = 'v", 'params.a = "v', "params.`a = 'v'", "metrics.a = 1 = 1", "metrics.a > 1,2",
    "*", "a.b.c", ".a = 1", "metrics.a ! = 1", "tags.a NOT LIKE 'v'",
]


def key_in_filter(world: World) -> str:
    key = world.pick(keys)
    if key.isidentifier() and key.isascii() and world.chance(0.7):
        return key
    return world.pick([f"`{key}`", f'"{key}"'])


def text_in_filter(world: World, like: bool = False) -> str:
    text = world.pick(texts)
    if like and world.chance(0.7):
        text = world.pick(["%", "v%", "%V%", "_", "a_b", "%'s", "50\\%", "x%x", "%b%", "ü%", "A%", "%*%", "[a]%"])
    return f'"{text}"' if "'" in text else f"'{text}'" if '"' in text or world.chance(0.8) else f'"{text}"'


def _text_test(world: World, name: str, operators: list[str]) -> str:
    operator = world.pick(operators)
    if operator in ("IS NULL", "IS NOT NULL"):
        return f"{name} {operator}"
    if operator in ("IN", "NOT IN"):
        return f"{name} {operator} ({', '.join(text_in_filter(world) for _ in range(world.pick([1, 2, 3])))})"
    if world.chance(0.2):
        operator = operator.lower() if world.chance(0.5) else operator
    return f"{name} {operator} {text_in_filter(world, 'LIKE' in operator.upper())}"


_texts = ["=", "!=", "LIKE", "ILIKE"]


def _run_comparison(world: World) -> str:
    kinds = ["metric", "metric", "param", "tag", "dataset", "status", "name", "start", "end", "id", "user", "uri"]
    kind = world.pick([kind for kind in kinds if not world.nameless or kind != "name"])
    if kind == "metric":
        entity = world.pick(["metrics", "metric"])
        number = world.pick(["0", "1", "0.5", "-1", "1e-12", "2.5", "3", "-0.5", "1e300", "100"])
        return f"{entity}.{key_in_filter(world)} {world.pick(_number_operators)} {number}"
    if kind == "param":
        entity = world.pick(["params", "param", "parameter", "parameters"])
        return _text_test(world, f"{entity}.{key_in_filter(world)}", [*_texts, "IS NULL", "IS NOT NULL"])
    if kind == "tag":
        entity = world.pick(["tags", "tag"])
        key = key_in_filter(world) if world.nameless or world.chance(0.7) else "`mlflow.runName`"
        return _text_test(world, f"{entity}.{key}", [*_texts, "IS NULL", "IS NOT NULL"])
    if kind == "dataset":
        name = world.pick(["dataset.name", "datasets.name", "dataset.digest", "dataset.context", "datasets.context"])
        operator = world.pick([*_texts, "IN", "NOT IN"])
        values = [f"'{world.pick(['d0', 'd1', 'D0', 'train', 'test', 'h0', 'h1', 'd%', 't%'])}'" for _ in range(2)]
        return f"{name} {operator} ({', '.join(values)})" if "IN" in operator.split() else f"{name} {operator} {values[0]}"
    if kind == "status":
        name = world.pick(["status", "attributes.status", "attribute.status", "attr.status", "run.status"])
        value = world.pick(["'RUNNING'", "'FINISHED'", "'FAILED'", "'run%'", "'RUN%'", "'running'"])
        return f"{name} {world.pick(_texts)} {value}"
    if kind == "name":
        name = world.pick(["run_name", "attributes.run_name", "attributes.`run name`", "attributes.`Run Name`", "run.run_name"])
        value = world.pick(["'first'", "'second'", "'f%'", "'F%'", "'%s%'", "'it''s'", "\"it's\""])
        return f"{name} {world.pick(_texts)} {value}"
    if kind in ("start", "end"):
        name = world.pick({"start": ["start_time", "attributes.start_time", "attributes.created", "Created"], "end": ["end_time", "attr.end_time"]}[kind])
        number = world.pick([str(world.clock), str(world.clock - 5000), "0", "1700000000000", "1.7e12"])
        return f"{name} {world.pick(_number_operators)} {number}"
    if kind == "id":
        ids = [world.some("run") for _ in range(2)]
        return world.pick([
            f"run_id = '{ids[0]}'", f"attributes.run_id != '{ids[0]}'", f"run_id IN ('{ids[0]}', '{ids[1]}')",
            f"attributes.run_id NOT IN ('{ids[0]}')", f"run_id LIKE '{ids[0]}%'", f"run_id IN ('{ids[0]}',)",
        ])
    if kind == "user":
        return f"attributes.user_id {world.pick(_texts)} {world.pick(['$user0', 'root'])!r}"
    return f"attributes.artifact_uri {world.pick(_texts)} '{world.pick(['%/artifacts', 'mlflow%', 'x'])}'"


def _joined(world: World, comparison) -> str:
    joint = world.pick([" AND ", " and ", "  AND\n"])
    return joint.join(comparison(world) for _ in range(world.pick([1, 1, 1, 2, 2, 3])))


def run_filter(world: World) -> str:
    if world.chance(0.12):
        return world.pick(_broken)
    return "" if world.chance(0.1) else _joined(world, _run_comparison)


def run_order(world: World) -> list[str]:
    if world.chance(0.06):
        return [world.pick(["nothing", "metrics.a up", "metrics.a ASC DESC", "dataset.name", "", "metrics", "metrics.a, params.a", "unknown.a"])]
    clauses = []
    for _ in range(world.pick([1, 1, 2, 3])):
        name = world.pick([
            f"metrics.{key_in_filter(world)}", f"params.{key_in_filter(world)}", f"tags.{key_in_filter(world)}",
            "start_time", "end_time", "attributes.start_time", "status", "run_name", "attributes.created", "tags.`mlflow.runName`",
        ])
        if world.nameless and "ame" in name:
            name = "status"
        clauses.append(name + world.pick(["", " ASC", " DESC", " desc", " asc"]))
    return clauses


def _experiment_comparison(world: World) -> str:
    kind = world.pick(["name", "tag", "id", "time"])
    if kind == "name":
        value = world.pick([f"s{world.seed}-a", f"s{world.seed}-b", f"S{world.seed}-B", f"s{world.seed}-x_y", "%ü", "%-B"])
        return f"{world.pick(['name', 'attribute.name'])} {world.pick(_texts)} '{value}'"
    if kind == "tag":
        return _text_test(world, f"{world.pick(['tags', 'tag'])}.{key_in_filter(world)}", [*_texts, "IS NULL", "IS NOT NULL"])
    if kind == "id":
        return world.pick([
            f"experiment_id = '{world.some('exp')}'", f"experiment_id IN ('{world.some('exp')}', '{world.some('exp')}')",
            f"experiment_id != '{world.some('exp')}'", f"experiment_id NOT IN ('{world.some('exp')}')", "experiment_id LIKE '1%'", "experiment_id = 'x'",
        ])
    return f"{world.pick(['creation_time', 'last_update_time', 'attribute.creation_time'])} {world.pick(_number_operators)} {world.pick([0, 1, 9999999999999])}"


def experiment_filter(world: World) -> str:
    if world.chance(0.1):
        return world.pick([*_broken, "attributes.name = 'x'", "params.a = 'v'", "name IN ('x')", "creation_time > 1.5"])
    if world.chance(0.2):
        return ""
    # Only here MLflow insists on capitals.
    return re.sub(r"\bi?like\b", lambda match: match[0].upper(), _joined(world, _experiment_comparison))


def experiment_order(world: World) -> list[str]:
    if world.chance(0.06):
        return [world.pick(["nothing", "tags.a", "name up", "", "metrics.a"])]
    return [world.pick(["name", "name ASC", "name DESC", "experiment_id", "experiment_id DESC", "creation_time DESC", "attribute.name DESC", "last_update_time ASC"])]
