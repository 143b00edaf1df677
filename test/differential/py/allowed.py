"""Where Benchmate answers otherwise on purpose. Each has its line in shared/docs/mlflow-compatibility.md.

An allowance names what must hold of the request and of both answers: what only looks alike is still a difference.
"""

import re

import kinds

Trace = tuple[str, str, str]


class Allowances:
    """Of one sequence. `bound`: the names that stand for something on both servers."""

    def __init__(self, bound: dict[str, str]):
        self._bound = bound
        # What one server keeps and the other refused: the run or experiment, "param" or "tag", the key.
        self._kept_by_one: set[Trace] = set()
        # Models of which MLflow alone has a version.
        self._with_more_versions: set[str] = set()

    def reason(self, call: dict, theirs: dict, ours: dict) -> str | None:
        """Why this difference is meant; None where it is not."""
        if call["call"] == "request":
            return self._of_request(call["args"], theirs["ok"], ours["ok"])
        if call["call"] == "ask" and "ok" in theirs:
            return _of_version_file(call["args"], theirs["ok"], ours["ok"])
        if call["args"].get("name") in self._with_more_versions and "version" in call["args"] and ours.get("error") == "RESOURCE_DOES_NOT_EXIST":
            return "a version that one of the two refused earlier"
        if self._with_more_versions and "ok" in theirs and self._without_more_versions(theirs) == ours:
            return "a version that one of the two refused earlier"
        return _of_broken(call, theirs, ours) or self._of_version(call, theirs, ours)

    def _of_request(self, args: dict, theirs: dict, ours: dict) -> str | None:
        body = args.get("body") or args.get("query") or {}
        named = _traces(args["path"], body)
        why = self._of_wrong_request(args, body, theirs, ours)
        if why is None and self._follows(named, theirs, ours):
            why = "a param or tag that one of the two refused earlier"
        if why and (theirs["status"] < 400) != (ours["status"] < 400):
            self._kept_by_one |= named
        return why

    def _of_wrong_request(self, args: dict, body: dict, theirs: dict, ours: dict) -> str | None:
        faults = kinds.faults(_metric(body) if args["path"] == "runs/log-metric" else body)
        took, refused = theirs["status"] == 200, ours["status"] == 400
        if refused and faults and (took or theirs["status"] == 500):
            return "a wrong field is refused where MLflow guesses or breaks"
        if ours["status"] == 200 and theirs["status"] == 500 and None in body.values():
            return "null is as good as absent, where MLflow breaks"
        if args["path"] == "experiments/search" and ours["status"] == 200 and body.get("max_results") is None and "max_results" in theirs.get("message", ""):
            return "experiments are searched without max_results, too"
        run_id = body.get("run_id")
        is_unknown = isinstance(run_id, str) and run_id.removeprefix("$") not in self._bound
        if is_unknown and faults and {theirs["status"], ours["status"]} == {400, 404}:
            return "of several things that are wrong another one is named"
        return None

    def _of_version(self, call: dict, theirs: dict, ours: dict) -> str | None:
        if call["call"] != "create_model_version":
            return None
        refusals = {theirs.get("error"), ours.get("error")}
        if refusals == {"INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST"} and self._is_wrong_version(**call["args"]):
            return "of several things that are wrong another one is named"
        if "error" in ours and "runs:/unknown" in (theirs.get("ok") or {}).get("source", ""):
            self._with_more_versions.add(call["args"]["name"])
            return "a run that is not there is no source"
        return None

    def _without_more_versions(self, answer):
        if isinstance(answer, dict):
            return {key: self._without_more_versions(value) for key, value in answer.items()}
        if isinstance(answer, list):
            return [self._without_more_versions(item) for item in answer if not self._is_more_version(item)]
        return answer

    def _is_more_version(self, item) -> bool:
        if not isinstance(item, dict) or item.get("name") not in self._with_more_versions:
            return False
        return str(item.get("source", "")).startswith("runs:/unknown")

    def _is_wrong_version(self, name: str, source: str, run_id: str | None = None, **_) -> bool:
        """Of such a request one thing is wrong already; that there is no model of its name may come on top."""
        if not name.strip() or re.search(r"[/:]", name) or name in (".", ".."):
            return True
        if any(run not in self._bound for run in re.findall(r"\$([a-z]+\d+)", f"{source} {run_id}")):
            return True
        if source.startswith("runs:/"):
            return not re.fullmatch(rf"runs:/{re.escape(str(run_id))}/[^.].*", source)
        if source.startswith("artifacts of "):
            return run_id != source.split()[-1]
        return not re.fullmatch(r"models:/(\$model\d+|[^/@]+/\d+|[^/@]+@.+)", source)

    def _follows(self, named: set[Trace], theirs: dict, ours: dict) -> bool:
        if {theirs["status"] < 400, ours["status"] < 400} != {True, False}:
            return False
        refusal = theirs if ours["status"] < 400 else ours
        changed = refusal["status"] == 400 and "Changing param values" in refusal["message"]
        missing = refusal["status"] == 404 and "tag" in refusal["message"].lower()
        kind = "param" if changed else "tag" if missing else None
        return any(trace in self._kept_by_one for trace in named if trace[1] == kind)


def _metric(body: dict) -> dict:
    """A metric of a request of its own, as one of a list."""
    return {"run_id": body.get("run_id"), "metrics": [{k: v for k, v in body.items() if k != "run_id"}]}


def _traces(path: str, body: dict) -> set[Trace]:
    owner = str(body.get("run_id", body.get("experiment_id")))
    if path == "runs/log-batch":
        items = [(kind, item) for kind in ("param", "tag") for item in (body.get(f"{kind}s") or []) if isinstance(item, dict)]
        return {(owner, kind, str(item.get("key"))) for kind, item in items}
    if path == "runs/log-parameter":
        return {(owner, "param", str(body.get("key")))}
    return {(owner, "tag", str(body.get("key")))} if "tag" in path else set()


def _of_broken(call: dict, theirs: dict, ours: dict) -> str | None:
    message = theirs.get("message", "")
    if theirs.get("error") != "INTERNAL_ERROR" and "sqlite3." not in message:
        return None
    if ours.get("error") not in (None, "INTERNAL_ERROR"):
        return "a refusal where MLflow breaks"
    if "ok" in ours and "UNIQUE constraint failed" in message and call["call"] in ("log_outputs", "log_inputs", "log_model_params"):
        return "what is there already may be logged again"
    return None


def _of_version_file(args: dict, theirs: dict, ours: dict) -> str | None:
    """MLflow looks for its own address in its store's."""
    breaks = theirs["status"] == 500 and "must be a valid http or https URI" in theirs["message"]
    if breaks and args["path"] == "/model-versions/get-artifact" and ours["status"] in (200, 404):
        return "a file of a version is served where MLflow breaks"
    return None
