"""Searching runs: the filter grammar, orders, pages and view types, as a data frame and as entities."""

import math

import mlflow
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

client = MlflowClient()
experiment_id = client.create_experiment("searching")
ids = {}
for index, (name, lr, loss) in enumerate(
    [("alpha", "0.1", 0.5), ("beta", "0.01", 0.25), ("gamma", "0.001", math.nan), ("Delta", None, None)]
):
    run = client.create_run(experiment_id, start_time=1000 + index, run_name=name, tags={"group": "one" if index < 2 else "two"})
    ids[name] = run.info.run_id
    if lr:
        client.log_param(ids[name], "lr", lr)
    if loss is not None:
        client.log_metric(ids[name], "val/loss", loss)
client.set_terminated(ids["alpha"], end_time=5000)
client.log_param(ids["beta"], "opt name", "adam")


def found(filter_string="", **more):
    return [run.info.run_name for run in client.search_runs([experiment_id], filter_string, **more)]


newest_first = ["Delta", "gamma", "beta", "alpha"]
for filter_string, names in {
    "": newest_first,
    "metrics.`val/loss` < 0.4": ["beta"],
    'metrics."val/loss" >= 0.25 and metrics.`val/loss` <= 0.5': ["beta", "alpha"],
    "metrics.`val/loss` != 0.25": ["gamma", "alpha"],
    "metrics.`val/loss` = 0": [],
    "metric.`val/loss` > -1e3": ["beta", "alpha"],
    "params.lr = '0.1'": ["alpha"],
    'params.lr != "0.1"': ["gamma", "beta"],
    "params.lr LIKE '0.0%'": ["gamma", "beta"],
    "params.lr IS NULL": ["Delta"],
    "parameters.lr is not null and tags.group = 'two'": ["gamma"],
    "params.`opt name` = 'adam'": ["beta"],
    "tags.group = 'one'": ["beta", "alpha"],
    "tag.`group` ILIKE 'T_O'": ["Delta", "gamma"],
    "run_name LIKE 'd%'": [],
    "attributes.run_name ILIKE 'd%'": ["Delta"],
    "attribute.status = 'FINISHED'": ["alpha"],
    "status != 'FINISHED'": ["Delta", "gamma", "beta"],
    "start_time >= 1002": ["Delta", "gamma"],
    "end_time < 6000": ["alpha"],
    f"run_id IN ('{ids['alpha']}', '{ids['beta']}')": ["beta", "alpha"],
    f"attributes.run_id NOT IN ('{ids['alpha']}')": ["Delta", "gamma", "beta"],
    "tags.mlflow.runName = 'alpha'": ["alpha"],
    "params.lr = '0.1' OR 1=1": None,
    "params.lr = 0.1": None,
    "metrics.x = 'text'": None,
    "metrics.x LIKE 'text'": None,
    "unknown.key = 'x'": None,
    "attributes.nothing = 'x'": None,
    "params.lr": None,
    "params.lr = '0.1": None,
    "AND": None,
    "'; DROP TABLE run; --": None,
}.items():
    try:
        actual = found(filter_string)
    except MlflowException as error:
        assert names is None and error.error_code == "INVALID_PARAMETER_VALUE", (filter_string, error)
    else:
        assert actual == names, (filter_string, actual, names)

assert found(order_by=["metrics.`val/loss` ASC"]) == ["beta", "alpha", "gamma", "Delta"]
assert found(order_by=["metrics.`val/loss` DESC"]) == ["alpha", "beta", "gamma", "Delta"]
assert found(order_by=["params.lr"]) == ["gamma", "beta", "alpha", "Delta"]
assert found(order_by=["attributes.start_time ASC"]) == newest_first[::-1]
assert found(order_by=["tags.group DESC", "run_name"]) == ["Delta", "gamma", "alpha", "beta"]

pages, token = [], None
while True:
    page = client.search_runs([experiment_id], max_results=3, page_token=token)
    pages.append([run.info.run_name for run in page])
    token = page.token
    if not token:
        break
assert pages == [newest_first[:3], newest_first[3:]], pages

client.delete_run(ids["Delta"])
assert found() == newest_first[1:]
assert found(run_view_type=ViewType.DELETED_ONLY) == ["Delta"]
assert found(run_view_type=ViewType.ALL) == newest_first

frame = mlflow.search_runs([experiment_id], order_by=["start_time ASC"])
assert list(frame["tags.mlflow.runName"]) == ["alpha", "beta", "gamma"]
assert list(frame["params.lr"]) == ["0.1", "0.01", "0.001"]
assert list(frame["metrics.val/loss"][:2]) == [0.5, 0.25] and math.isnan(frame["metrics.val/loss"][2])
frame = mlflow.search_runs(experiment_names=["searching"], filter_string="metrics.`val/loss` < 0.4")
assert list(frame.run_id) == [ids["beta"]]
print("passed")
