"""Asks `mlflow server` and Benchmate's engine the same and prints where their answers differ, as JSON lines.

    MLFLOW_TRACKING_TOKEN=… differential.py --mlflow URL --engine URL [--seeds A..B [--calls N]] [--regressions]
"""

import argparse
import json
import logging
import os
import re
import sys
import time
import warnings

os.environ.update(MLFLOW_HTTP_REQUEST_MAX_RETRIES="0", MLFLOW_DISABLE_TELEMETRY="true")
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import areas  # noqa: E402
import planted  # noqa: E402
import regressions  # noqa: E402
from allowed import Allowances  # noqa: E402
from routes import Asked  # noqa: E402
from side import Side  # noqa: E402
from world import World  # noqa: E402


def sequence(seed: int, calls: int) -> list[dict]:
    world = World(seed)
    first = [{"call": "create_experiment", "bind": world.make("exp"), "args": {"name": f"s{seed}-a"}}]
    first += [maker(world) for maker in areas.openers]
    weights, makers = zip(*areas.makers_of(world))
    return first + [world.dice.choices(makers, weights)[0](world) for _ in range(calls)]


def differences(sides: list[Side], calls: list[dict]) -> tuple[list[dict], dict]:
    """The first call that the two answer otherwise, and how often each allowed reason was used."""
    allowed: dict[str, int] = {}
    for side in sides:
        side.begin()
    allowances = Allowances(sides[0].bound)
    for number, call in enumerate(calls):
        if sides[0].lacks_model(call):
            continue  # MLflow keeps half of what is logged to a model that there is none of
        theirs, ours = (side.perform(areas.handlers, call) for side in sides)
        if same(theirs, ours):
            continue
        why = allowances.reason(call, theirs, ours)
        if why is None:
            return [{"call number": number, "call": call, "mlflow": theirs, "engine": ours}], allowed
        allowed[why] = allowed.get(why, 0) + 1
    return [], allowed


def same(theirs: dict, ours: dict) -> bool:
    if "error" in theirs or "error" in ours:
        classes = {theirs.get("class"), ours.get("class")}
        return theirs.get("error") == ours.get("error") and (len(classes) == 1 or None in classes)
    theirs, ours = worded(theirs), worded(ours)
    return json.dumps(theirs, sort_keys=True) == json.dumps(ours, sort_keys=True)


def worded(outcome: dict) -> dict:
    """Without the sentence of a refused request: it is shown, not compared."""
    result = outcome["ok"]
    return {"ok": {**result, "message": None}} if isinstance(result, dict) and "error_code" in result else outcome


def shortest(sides: list[Side], calls: list[dict]) -> list[dict]:
    """The failing sequence with every call left out that it can do without."""
    failing = calls[-1]["call"]
    size = max(1, len(calls) // 2)
    while True:
        at = 0
        while at < len(calls):
            fewer = possible(calls[:at] + calls[at + size :], calls)
            found, _ = differences(sides, renamed(fewer))
            if found and found[0]["call"]["call"] == failing:
                calls = fewer[: found[0]["call number"] + 1]
            else:
                at += size
        if size == 1:
            return calls
        size //= 2


def possible(fewer: list[dict], calls: list[dict]) -> list[dict]:
    """Without the calls that name what is made no longer."""
    gone = {call.get("bind") for call in calls} - {call.get("bind") for call in fewer}
    rest = [call for call in fewer if not gone & set(re.findall(r"\$([a-z]+\d+)", json.dumps(call)))]
    return rest if len(rest) == len(fewer) else possible(rest, calls)


def renamed(calls: list[dict]) -> list[dict]:
    """Names of experiments are taken once they were used: each try gets its own."""
    renamed.tries += 1
    text = json.dumps(calls)
    for prefix in {call["args"]["name"].split("-")[0] for call in calls if call["call"] == "create_experiment" and "-" in call["args"]["name"]}:
        base = prefix.split("t")[0]
        text = text.replace(f"{prefix}-", f"{base}t{renamed.tries}-")
    return json.loads(text)


renamed.tries = time.time_ns() // 1000 % 10**12  # servers may be asked by several such processes


def unseen(sides: list[Side]) -> list[str]:
    """The planted wrong answers that are not reported where they were put."""
    names = []
    for name, (calls, answer) in planted.sequences.items():
        found, _ = differences([sides[0], planted.Falsified(sides[1], len(calls), answer)], renamed(calls))
        if not found or found[0]["call number"] != len(calls) - 1:
            names.append(name)
    return names


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--mlflow", "--engine", "--seeds"):
        parser.add_argument(name)
    parser.add_argument("--regressions", action="store_true")
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--stop-after", type=int, default=10**9)
    options = parser.parse_args()
    sides = [Side("mlflow", options.mlflow, ""), Side("engine", options.engine, os.environ["MLFLOW_TRACKING_TOKEN"])]
    asked = Asked(options.engine)
    sequences = []
    if options.regressions:
        sequences += [(name, renamed(calls)) for name, calls in regressions.sequences.items()]
    if options.seeds:
        first, last = (int(part) for part in options.seeds.split(".."))
        sequences += [(seed, renamed(sequence(seed, options.calls))) for seed in range(first, last + 1)]
    # The client prints links to runs: what this prints is JSON alone.
    sys.stdout, out = open(os.devnull, "w", encoding="utf-8"), sys.stdout
    begun, total, failed, allowed = time.monotonic(), 0, 0, {}
    for number, (name, calls) in enumerate(sequences):
        if number and number % 100 == 0:
            print(f"{number} of {len(sequences)}", file=sys.stderr, flush=True)
        found, used = differences(sides, calls)
        total += len(calls)
        for why, count in used.items():
            allowed[why] = allowed.get(why, 0) + count
        if found:
            failed += 1
            short = shortest(sides, renamed(calls[: found[0]["call number"] + 1]))
            again, _ = differences(sides, renamed(short))
            print(json.dumps({"seed": name, "difference": (again or found)[0], "calls": short}, ensure_ascii=False), flush=True, file=out)
            if failed >= options.stop_after:
                break
    seconds = time.monotonic() - begun
    last = {"sequences": len(sequences), "calls": total, "failed": failed, "allowed": allowed, "seconds": round(seconds, 1)}
    if options.seeds:
        last["never asked"] = asked.never()
    if options.regressions:
        last |= {"planted": len(planted.sequences), "unseen": unseen(sides)}
    print(json.dumps(last), file=out)
    sys.exit(1 if failed or last.get("unseen") else 0)


main()
