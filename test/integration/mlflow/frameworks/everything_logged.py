"""Figures, tables, pictures, datasets, nested runs, asynchronous logging, system metrics and DataFrames, as in MLflow's own guides."""

import math
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import mlflow
import numpy
import pandas
import yaml
from mlflow.tracking import MlflowClient
from PIL import Image
from sklearn.datasets import load_diabetes, load_digits

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

client = MlflowClient()
experiment = mlflow.set_experiment("everything that is logged")
table = load_diabetes(as_frame=True).frame
digit = load_digits().images[0]


def fetched(run_id, path):
    return Path(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path=path, dst_path=folder.name))


folder = TemporaryDirectory()
with mlflow.start_run(run_name="artifacts") as run:
    run_id = run.info.run_id
    figure, axes = pyplot.subplots()
    axes.plot(table["bmi"], table["target"], ".")
    mlflow.log_figure(figure, "figures/bmi.png")
    mlflow.log_figure(figure, "figures/bmi.svg", save_kwargs={"format": "svg"})
    mlflow.log_table(table.head(3), "tables/head.json")
    mlflow.log_table({"bmi": [0.5], "target": [7.0]}, "tables/head.json")
    mlflow.log_dict({"lr": 0.1, "layers": [1, 2], "name": "größe"}, "config.yaml")
    mlflow.log_dict({"a": {"b": None}}, "nested/config.json")
    mlflow.log_text("<b>no page</b>", "report.html")
    pixels = (digit / digit.max() * 255).astype("uint8")
    mlflow.log_image(pixels, "pictures/digit.png")
    for step in range(3):
        mlflow.log_image(numpy.stack([pixels // (step + 1)] * 3, axis=-1), key="digits", step=step)
    with TemporaryDirectory() as several:
        for index in range(5):
            Path(several, "deep", str(index)).mkdir(parents=True)
            Path(several, "deep", str(index), f"näme {index}.txt").write_text(str(index))
        mlflow.log_artifacts(several, "several")
    # Datasets: from pandas and numpy, with a context, twice the same.
    data = mlflow.data.from_pandas(table, source="https://example.org/diabetes.csv", name="diabetes", targets="target")
    mlflow.log_input(data, context="training", tags={"fold": "1"})
    mlflow.log_input(data, context="training")
    mlflow.log_input(mlflow.data.from_numpy(digit, name="digits"), context="test")

assert Image.open(fetched(run_id, "figures/bmi.png")).format == "PNG"
assert "<svg" in fetched(run_id, "figures/bmi.svg").read_text()
loaded = mlflow.load_table("tables/head.json", run_ids=[run_id], extra_columns=["run_id"])
assert len(loaded) == 4 and list(loaded["target"]) == [*table["target"][:3], 7.0] and set(loaded["run_id"]) == {run_id}
config = yaml.safe_load(mlflow.artifacts.load_text(f"runs:/{run_id}/config.yaml"))
assert config == {"lr": 0.1, "layers": [1, 2], "name": "größe"}
assert mlflow.artifacts.load_dict(f"runs:/{run_id}/nested/config.json") == {"a": {"b": None}}
assert mlflow.artifacts.load_text(f"runs:/{run_id}/report.html") == "<b>no page</b>"
assert numpy.array_equal(numpy.asarray(mlflow.artifacts.load_image(f"runs:/{run_id}/pictures/digit.png")), pixels)
pictures = [file.path for file in client.list_artifacts(run_id, "images")]
assert len(pictures) == 6 and all("digits" in path for path in pictures), pictures
assert {path.read_text() for path in fetched(run_id, "several").rglob("*.txt")} == {str(index) for index in range(5)}
run = mlflow.get_run(run_id)
assert "mlflow.loggedArtifacts" in run.data.tags and "mlflow.loggedImages" in run.data.tags, run.data.tags
inputs = {entry.dataset.name: entry for entry in run.inputs.dataset_inputs}
assert set(inputs) == {"diabetes", "digits"} and len(run.inputs.dataset_inputs) == 2
assert {tag.key: tag.value for tag in inputs["diabetes"].tags}["mlflow.data.context"] == "training"
source = mlflow.data.get_source(inputs["diabetes"])
assert source.to_dict()["url"] == "https://example.org/diabetes.csv", source.to_dict()
found = mlflow.search_runs([experiment.experiment_id], "dataset.name = 'diabetes' AND dataset.context = 'training'")
assert list(found["run_id"]) == [run_id]

# Nested runs: three generations, found from above and from below.
with mlflow.start_run(run_name="grandparent") as grandparent:
    for index in range(2):
        with mlflow.start_run(run_name=f"parent {index}", nested=True) as parent:
            for leaf in range(2):
                with mlflow.start_run(run_name=f"leaf {index}.{leaf}", nested=True):
                    mlflow.log_metric("score", 10 * index + leaf)
with mlflow.start_run(parent_run_id=parent.info.run_id, run_name="by hand", nested=True):
    mlflow.log_param("late", True)
children = mlflow.search_runs(
    [experiment.experiment_id], f"tags.mlflow.parentRunId = '{grandparent.info.run_id}'", output_format="list"
)
assert {run.info.run_name for run in children} == {"parent 0", "parent 1"}
of_last = mlflow.search_runs([experiment.experiment_id], f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'")
assert set(of_last["tags.mlflow.runName"]) == {"leaf 1.0", "leaf 1.1", "by hand"}
assert mlflow.get_parent_run(of_last["run_id"][0]).info.run_id == parent.info.run_id
assert mlflow.get_parent_run(parent.info.run_id).info.run_id == grandparent.info.run_id

# 10,000 points logged asynchronously: all there once the run has ended, each once.
with mlflow.start_run(run_name="asynchronous") as run:
    operations = [mlflow.log_metric("loss", 1 / (step + 1), step=step, synchronous=False) for step in range(10_000)]
    mlflow.log_params({"batch": 32, "lr": 0.1}, synchronous=False)
    mlflow.set_tag("kind", "async", synchronous=False)
    for operation in operations[::500]:
        operation.wait()
    mlflow.flush_async_logging()
history = client.get_metric_history(run.info.run_id, "loss")
assert len(history) == 10_000 and {point.step: point.value for point in history} == {
    step: 1 / (step + 1) for step in range(10_000)
}
run = mlflow.get_run(run.info.run_id)
assert run.data.metrics == {"loss": 1 / 10_000} and run.data.params == {"batch": "32", "lr": "0.1"}
assert run.data.tags["kind"] == "async"

# System metrics, sampled while the run runs.
mlflow.set_system_metrics_sampling_interval(0.2)
mlflow.set_system_metrics_samples_before_logging(1)
with mlflow.start_run(run_name="measured", log_system_metrics=True) as run:
    deadline = time.monotonic() + 30
    while len(client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")) < 3:
        assert time.monotonic() < deadline, "no system metrics came"
        time.sleep(0.05)
measured = mlflow.get_run(run.info.run_id).data.metrics
assert {"system/cpu_utilization_percentage", "system/system_memory_usage_megabytes", "system/disk_usage_percentage"} <= set(
    measured
), measured
assert measured["system/system_memory_usage_megabytes"] > 0

# A DataFrame of runs: types, holes and NaN.
frames = mlflow.set_experiment("as a frame")
for index in range(3):
    with mlflow.start_run(run_name=f"row {index}"):
        mlflow.log_param("index", index)
        if index:
            mlflow.log_metric("score", index / 2)
        if index == 2:
            mlflow.log_metric("odd", math.nan)
            mlflow.log_metric("infinite", math.inf)
frame = mlflow.search_runs(experiment_names=["as a frame"], order_by=["params.index ASC"])
assert list(frame["params.index"]) == ["0", "1", "2"] and frame["metrics.score"].dtype == "float64"
assert math.isnan(frame["metrics.score"][0]) and list(frame["metrics.score"][1:]) == [0.5, 1.0]
assert math.isnan(frame["metrics.odd"][2]) and frame["metrics.infinite"][2] == math.inf
assert isinstance(frame["start_time"].dtype, pandas.DatetimeTZDtype) and (frame["end_time"] >= frame["start_time"]).all()
assert list(frame["status"]) == ["FINISHED"] * 3 and set(frame["experiment_id"]) == {frames.experiment_id}
assert list(frame["artifact_uri"]) == [f"mlflow-artifacts:/{frames.experiment_id}/{run}/artifacts" for run in frame["run_id"]]
assert mlflow.search_runs(experiment_names=["as a frame"], filter_string="metrics.score > 10").empty
both = mlflow.search_runs(search_all_experiments=True, filter_string="attributes.run_name LIKE 'row %'", max_results=2)
assert len(both) == 2

folder.cleanup()
print("passed")
