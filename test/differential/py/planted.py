"""Wrong answers beside what is allowed: each is put in the place of the engine's own, and must be reported.

The name says what would hide it; then come the calls, of which the last is answered falsely, and the false answer.
"""

from regressions import call, experiment, post, run

wrong_param = {"run_id": "$run0", "params": [{"key": "a", "value": 5}, {"key": "b", "value": "v"}]}
conflict = {"status": 400, "error_code": "INVALID_PARAMETER_VALUE", "message": "Changing param values is not allowed."}
refusal = {"status": 400, "error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid value"}
no_run = {"status": 404, "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Run with id=$run0 not found"}
no_tag = {"status": 404, "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "No tag with name: a"}
broken = {"status": 500, "error_code": "INTERNAL_ERROR", "message": ""}
taken = {"status": 200}


def of_run(path: str, **body) -> dict:
    return post(path, run_id="$run0", **body)


begun = [experiment(), run()]

sequences: dict[str, tuple[list[dict], dict]] = {
    "a good metric is refused": ([*begun, of_run("log-metric", key="a", value=1.5, timestamp=5, step=2)], refusal),
    "a metric that tells its number as a protobuf client does is refused": ([*begun, of_run("log-metric", key="a", value="NaN", timestamp="5")], refusal),
    "a good field is refused beside one that nobody knows": ([*begun, of_run("set-tag", key="a", value="v", brand_new={"a": [1]})], refusal),
    "a wrong field breaks the engine": ([*begun, post("log-batch", **wrong_param)], broken),
    "a wrong field hides a run that is there": ([*begun, post("log-batch", **wrong_param)], no_run),
    "a wrong field hides that there is no run": ([*begun, post("update", run_id="nothing", status="x")], taken),
    "what one refused excuses another key": ([*begun, post("log-batch", **wrong_param), of_run("log-parameter", key="c", value="v")], conflict),
    "what one refused excuses a tag of that name": ([*begun, post("log-batch", **wrong_param), of_run("set-tag", key="a", value="v")], conflict),
    "what one refused excuses another refusal": ([*begun, post("log-batch", **wrong_param), of_run("log-parameter", key="a", value="")], refusal),
    "what one refused excuses another run": (
        [*begun, run("run1", 2), post("log-batch", **wrong_param), post("log-parameter", run_id="$run1", key="a", value="v")], conflict),
    "what one refused excuses a lost tag": ([*begun, post("log-batch", **wrong_param), of_run("set-tag", key="a", value="v"), of_run("delete-tag", key="a")], no_tag),
    "null excuses what has none": ([*begun, of_run("log-batch", metrics=[{"key": "a/../b", "value": 1, "timestamp": 1}])], taken),
    "null excuses another refusal": ([*begun, of_run("log-batch", params=None, tags=[{"key": "a", "value": "v"}])], no_run),
    "a search without max_results breaks": ([call("request", method="POST", path="experiments/search", body={"order_by": ["name"]})], broken),
    "a version of a model that is there is refused": (
        [*begun, call("create_registered_model", name="s0-m"), call("create_model_version", name="s0-m", source="runs:/$run0/model", run_id="$run0")],
        {"error": "RESOURCE_DOES_NOT_EXIST", "class": "not found"}),
    "another refusal of a version than that its model is not there": (
        [*begun, call("create_model_version", name="s0-none", source="runs:/$run0/model", run_id="$run0")], {"error": "INVALID_PARAMETER_VALUE"}),
    "a version that one refused excuses another model": (
        [call("create_registered_model", name="s0-m"), call("create_model_version", name="s0-m", source="runs:/$run9/model", run_id="$run9"),
         *begun, call("create_registered_model", name="s0-n"), call("create_model_version", name="s0-n", source="runs:/$run0/model", run_id="$run0"),
         call("set_model_version_tag", name="s0-n", version="1", key="a", value="b")],
        {"error": "RESOURCE_DOES_NOT_EXIST", "class": "not found"}),
    "an experiment that is there is not found": ([*begun, call("get_experiment", experiment_id="$exp0")], {"error": "RESOURCE_DOES_NOT_EXIST", "class": "not found"}),
}


class Falsified:
    """The engine's side; its last answer in a sequence of so many calls is the false one."""

    def __init__(self, side, calls: int, answer: dict):
        self._side = side
        self._left = self._calls = calls
        self._answer = answer if "error" in answer else {"ok": answer}

    def __getattr__(self, name: str):
        return getattr(self._side, name)

    def begin(self) -> None:
        self._left = self._calls
        self._side.begin()

    def perform(self, handlers: dict, call: dict) -> dict:
        outcome = self._side.perform(handlers, call)
        self._left -= 1
        return outcome if self._left else self._answer
