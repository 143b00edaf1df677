"""Values that calls are made of: few, so that calls meet; most are good, some are not."""

from world import World

keys = ["a", "b", "val loss", "x/y", "2nd", "ü", "a.b", "with-dash", "mlflow.note.content", "A"]
bad_keys = ["", "a;b", "../a", "/a", "a//b", "./a", "a/", ".", "x" * 251, "a%b", "a\nb", "a,b", "(a)", "x" * 250]
texts = ["v", "V", "w", "", "it's", 'a "b"', "ü", "50%", "a_b", "acb", "1", "0.5", "None", "x" * 30, " v "]
long_texts = ["x" * 5000, "x" * 6000, "x" * 6001, "y" * 8000, "y" * 8001, "z" * 501, "é" * 6001, "🙂" * 4000, "🙂" * 6001]
# Without minus zero: SQLite keeps no sign of zero for MLflow, and Benchmate gives back what was logged.
numbers = [0.0, 1.0, -1.0, 0.5, 1e-12, 3.0, 1e300, float("nan"), float("inf"), float("-inf"), 2.5, 7]
steps = [0, 0, 1, 2, 3, 10, -1, 1000, 2**40]
times = [1_700_000_000_000, 1_700_000_000_001, 1_700_000_000_500, 0, 1, 1_800_000_000_000]


def key_of(world: World) -> str:
    return world.pick(bad_keys) if world.chance(0.04) else world.pick(keys)


def text_of(world: World) -> str:
    return world.pick(long_texts) if world.chance(0.03) else world.pick(texts)


def experiment_name(world: World) -> str:
    if world.chance(0.03):
        return world.pick(["", "n" * 501, f"s{world.seed}-" + "n" * 490])
    return f"s{world.seed}-{world.pick(['a', 'b', 'B', 'c', 'it is', 'ü', 'x_y', 'xzy', 'd', 'e', 'f'])}"
