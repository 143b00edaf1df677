"""Sequences that two servers once answered otherwise, cut down to what it takes; each is named for what holds now."""

nan = float("nan")


def call(call_name: str, bind_to: str | None = None, /, **args) -> dict:
    return {"call": call_name, "args": args, **({"bind": bind_to} if bind_to else {})}


def experiment(name: str = "a", bind: str = "exp0") -> dict:
    return call("create_experiment", bind, name=f"s0-{name}")


def run(bind: str = "run0", start_time: int = 1, run_name: str = "first") -> dict:
    return call("create_run", bind, experiment_id="$exp0", start_time=start_time, run_name=run_name)


def model(bind: str = "model0", name: str = "m") -> dict:
    return call("create_logged_model", bind, experiment_id="$exp0", name=name)


def search_runs(filter_string: str = "", **more) -> dict:
    return call("search_runs", experiment_ids=["$exp0"], filter_string=filter_string, **more)


def search_experiments(filter_string: str = "", **more) -> dict:
    own = "name LIKE 's0-%'"
    return call("search_experiments", filter_string=f"{own} AND {filter_string}" if filter_string else own, **more)


def search_models(**more) -> dict:
    return call("search_logged_models", experiment_ids=["$exp0"], **more)


def metrics(run_id: str, *points: list) -> dict:
    return call("log_batch", run_id=run_id, metrics=list(points))


def model_metric(run_id: str) -> dict:
    return call("log_model_metric", run_id=run_id, model_id="$model0", key="a", value=1.0, timestamp=1, step=0)


def dataset(**fields) -> dict:
    whole = {"name": "d", "digest": "h", "source_type": "local", "source": "s", **fields}
    return call("log_inputs", run_id="$run0", datasets=[whole])


def post(path: str, **body) -> dict:
    return call("request", method="POST", path=f"runs/{path}", body=body)


sequences: dict[str, list[dict]] = {
    "a path that leads out is refused before its run is looked for": [
        call("ask", method="GET", path="/api/2.0/mlflow/artifacts/list", query={"run_id": "999999", "path": "../x"}),
        call("ask", method="GET", path="/api/2.0/mlflow/artifacts/list", query={"run_id": "999999", "path": "x"}),
    ],
    "a tag that is to be deleted may have a key of any length": [
        call("create_registered_model", name="s0-m"),
        call("delete_registered_model_tag", name="s0-m", key="x" * 251),
        call("delete_model_version_tag", name="s0-m", version="2", key="x" * 251),
        call("delete_model_version_tag", name="s0-m", version="2", key="../x"),
    ],
    "what follows from a version of a run that is not there": [
        call("create_registered_model", name="s0-m"),
        call("create_model_version", name="s0-m", source="runs:/$run0/model", run_id="$run0"),
        call("set_model_version_tag", name="s0-m", version="1", key="a", value="b"),
        call("search_model_versions", filter_string="name LIKE 's0-%'"),
    ],
    "an experiment id that is no number is refused before it is looked for": [
        call("get_experiment", experiment_id="nothing"),
        call("create_run", experiment_id="nothing", start_time=1, run_name="x"),
        call("search_runs", experiment_ids=["nothing"]),
        call("search_logged_models", experiment_ids=["nothing"]),
    ],
    "a metric history of an unknown run is empty": [call("get_metric_history", run_id="nothing", key="a")],
    "a deleted model still takes metrics, tags, params and a status": [
        experiment(), run(), model(),
        call("delete_logged_model", model_id="$model0"),
        model_metric("$run0"),
        call("finalize_logged_model", model_id="$model0", status="READY"),
        call("set_logged_model_tags", model_id="$model0", tags={"a": "b"}),
        call("log_model_params", model_id="$model0", params={"p": "q"}),
        call("delete_logged_model", model_id="$model0"),
        call("get_logged_model", model_id="$model0"),
    ],
    "a model gets nothing that its run refuses": [
        experiment(), run(), model(),
        call("delete_run", run_id="$run0"),
        model_metric("$run0"),
        model_metric("nothing"),
        call("get_logged_model", model_id="$model0"),
    ],
    "experiments are sorted by attributes alone": [
        experiment(),
        search_experiments(order_by=["tags.a"]),
        search_experiments(order_by=["metrics.a"]),
    ],
    "experiment ids in filters are whole numbers, and times are": [
        experiment(),
        search_experiments("experiment_id = 'x'"),
        search_experiments("experiment_id = '$exp0'"),
        search_experiments("experiment_id IN ('$exp0', '0')"),
        search_experiments("experiment_id LIKE '1%'"),
        search_experiments("creation_time > 1.5"),
        search_experiments("creation_time > 1"),
    ],
    "experiments come newest first, and by falling id where an asked order leaves a tie": [
        experiment(), experiment("b", "exp1"), experiment("c", "exp2"),
        search_experiments(),
        search_experiments(order_by=["name DESC"], max_results=2),
    ],
    "a doubled quote in a filter stands for itself": [
        experiment(), run(run_name="it''s"), run("run1", 2, "it's"),
        search_runs("run_name = 'it''s'"),
        search_runs('run_name = "it\'s"'),
        search_runs("run_name != 'it''s'"),
    ],
    "a key in single quotes behind a dot": [
        experiment(), run(),
        call("log_param", run_id="$run0", key="a", value="v"),
        search_runs("params.'a' = 'v'"),
        search_runs("params.\"a\" = 'v'"),
        search_runs("params.`a` = 'v'"),
    ],
    "a dataset may have an empty name or digest, and none that is too long": [
        experiment(), run(),
        dataset(digest=""), dataset(name=""), dataset(digest="h" * 37), dataset(name="n" * 501), dataset(name="n" * 500),
        dataset(tags={"k": "v" * 501}), dataset(tags={"k" * 256: "v"}),
        call("get_run", run_id="$run0"),
    ],
    "a logged output keeps its step": [
        experiment(), run(), model(),
        call("log_outputs", run_id="$run0", models=[["$model0", 5]]),
        call("log_outputs", run_id="$run0", models=[["$model0", 0]]),
        call("get_run", run_id="$run0"),
    ],
    "models are sorted by the order of their states": [
        experiment(), model(), model("model1", "n"), model("model2", "o"),
        call("finalize_logged_model", model_id="$model0", status="FAILED"),
        call("finalize_logged_model", model_id="$model1", status="READY"),
        search_models(order_by=[{"field_name": "status", "ascending": True}]),
        search_models(order_by=[{"field_name": "status", "ascending": False}], max_results=1),
    ],
    "a metric that is no number differs from every number, and comes after them and before none": [
        experiment(), run(), run("run1", 2), run("run2", 3),
        metrics("$run0", ["a", nan, 1, 0]), metrics("$run1", ["a", 0.0, 1, 0]),
        search_runs("metrics.a != 0"), search_runs("metrics.a = 0"), search_runs("metrics.a > -1"),
        search_runs(order_by=["metrics.a DESC"]), search_runs(order_by=["metrics.a ASC"]),
    ],
    "a run keeps its name when the tag of it is emptied": [
        experiment(), run(),
        call("set_tag", run_id="$run0", key="mlflow.runName", value=""),
        call("log_batch", run_id="$run0", tags=[["mlflow.runName", ""]]),
        call("get_run", run_id="$run0"),
    ],
    "the latest point is the greatest by step, then time, then value": [
        experiment(), run(),
        metrics("$run0", ["a", 5.0, 9, 1], ["a", 1.0, 1, 2], ["a", 3.0, 1, 2], ["a", nan, 1, 2], ["a", 7.0, 0, 2]),
        call("get_run", run_id="$run0"),
        call("get_metric_history", run_id="$run0", key="a"),
    ],
    "of an unknown run that is named before a status, a time or a number of the wrong kind": [
        post("update", run_id="nothing", status="x"),
        post("update", run_id="nothing", status="FINISHED", end_time=True, run_name="first"),
        post("log-metric", run_id="nothing", key="a", value=1.5, timestamp=1.5, step=2),
        post("log-metric", run_id="nothing", key="a", value=True, timestamp=1, step=2),
        post("log-batch", run_id="nothing", params=[{"key": "a", "value": 5}]),
        post("log-batch", run_id="nothing", tags=[{"key": "a", "value": ["x"]}]),
        post("log-batch", run_id="nothing", metrics=[{"key": "a", "value": "x", "timestamp": 1}]),
    ],
    "what no server takes of a request is refused before its run is looked for": [
        post("update", run_id="nothing", status=99),
        post("update", run_id="nothing", run_name=5),
        post("log-metric", run_id="nothing", key="a", value="x", timestamp=1),
        post("log-metric", run_id="nothing", key="a", value="", timestamp=1),
        post("log-metric", run_id="nothing", key="a;b", value=1.5, timestamp=1.5),
        post("log-batch", run_id="nothing", metrics=[{"key": "a", "value": 1.5, "timestamp": ""}]),
        post("log-batch", run_id="nothing", params=[{"key": 5, "value": "v"}]),
    ],
    "listed files are named as the listing was asked for": [
        experiment(), run(),
        call("log_text", run_id="$run0", text="one", path="dir/deep/d.txt"),
        *(call("ask", method="GET", path="/api/2.0/mlflow/artifacts/list", query={"run_id": "$run0", "path": path})
          for path in ("dir/deep", "dir/./deep", "./dir")),
    ],
    "a version may be all that a run keeps": [
        experiment(), run(),
        call("log_text", run_id="$run0", text="one", path="dir/c.txt"),
        call("create_registered_model", name="s0-m"),
        call("create_model_version", name="s0-m", source="runs:/$run0", run_id="$run0"),
        call("get_model_version_download_uri", name="s0-m", version="1"),
        call("get_latest_versions", name="s0-m"),
    ],
    # MLflow has put an empty param in its place, which conflicts with every later one.
    "a number given as a param is refused, and the param is free": [
        experiment(), run(),
        post("log-batch", run_id="$run0", params=[{"key": "a", "value": 5}], tags=[{"key": "a", "value": 5}]),
        post("log-batch", run_id="$run0", params=[{"key": "a", "value": "v"}, {"key": "b", "value": "v"}]),
        post("log-parameter", run_id="$run0", key="a", value=""),
        post("log-parameter", run_id="$run0", key="b", value="w"),
        post("delete-tag", run_id="$run0", key="a"),
    ],
}
