"""MLflow's own command line and projects, with the engine as its server."""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import mlflow
from click.testing import CliRunner
from mlflow.cli import cli
from mlflow.tracking import MlflowClient

client = MlflowClient()
# As in an activated environment: `mlflow run` starts `python` from the PATH.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])


def mlflow_command(*args, fails=False):
    result = CliRunner().invoke(cli, args)
    assert (result.exit_code != 0) == fails, (args, result.output, result.exception)
    return result.output


# Experiments.
assert "Created experiment" in mlflow_command("experiments", "create", "-n", "typed")
experiment_id = client.get_experiment_by_name("typed").experiment_id
assert json.loads(mlflow_command("experiments", "get", "-x", experiment_id, "--output", "json"))["name"] == "typed"
mlflow_command("experiments", "rename", "--experiment-id", experiment_id, "--new-name", "typed again")
assert "typed again" in mlflow_command("experiments", "search")
mlflow_command("experiments", "delete", "-x", experiment_id)
assert "typed again" not in mlflow_command("experiments", "search")
assert "typed again" in mlflow_command("experiments", "search", "--view", "deleted_only")
mlflow_command("experiments", "restore", "-x", experiment_id)
mlflow_command("experiments", "create", "-n", "typed again", fails=True)

# Runs and artifacts.
mlflow.set_experiment("typed again")
with mlflow.start_run(run_name="typed run") as run:
    mlflow.log_param("lr", 0.1)
    mlflow.log_metric("loss", 0.5)
run_id = run.info.run_id
assert run_id in mlflow_command("runs", "list", "--experiment-id", experiment_id)
described = json.loads(mlflow_command("runs", "describe", "--run-id", run_id))
assert described["data"]["metrics"] == {"loss": 0.5} and described["info"]["run_name"] == "typed run", described
mlflow_command("runs", "delete", "--run-id", run_id)
assert run_id not in mlflow_command("runs", "list", "--experiment-id", experiment_id)
mlflow_command("runs", "restore", "--run-id", run_id)
with TemporaryDirectory() as folder:
    file = Path(folder, "notes.txt")
    file.write_text("typed")
    mlflow_command("artifacts", "log-artifact", "-l", str(file), "-r", run_id, "-a", "notes")
    mlflow_command("artifacts", "log-artifacts", "-l", folder, "-r", run_id, "-a", "several")
    listed = {file["path"] for file in json.loads(mlflow_command("artifacts", "list", "-r", run_id))}
    assert listed == {"notes", "several"}, listed
    target = Path(folder, "copy")
    mlflow_command("artifacts", "download", "-r", run_id, "-a", "notes", "-d", str(target))
    assert (target / "notes" / "notes.txt").read_text() == "typed"
    csv = Path(folder, "runs.csv")
    mlflow_command("experiments", "csv", "-x", experiment_id, "-o", str(csv))
    assert "typed run" in csv.read_text() and "0.5" in csv.read_text()

    # A project: its entry point runs as another process, in the run that the command made.
    project = Path(folder, "project")
    project.mkdir()
    (project / "MLproject").write_text(
        "name: typed\nentry_points:\n  main:\n    parameters:\n      rate: {type: float, default: 0.5}\n"
        '      epochs: int\n    command: "python train.py {rate} {epochs}"\n'
    )
    (project / "train.py").write_text(
        "import sys, mlflow\n"
        "with mlflow.start_run():\n"
        "    for epoch in range(int(sys.argv[2])):\n"
        "        mlflow.log_metric('loss', float(sys.argv[1]) / (epoch + 1), step=epoch)\n"
        "    mlflow.log_text('from the project', 'note.txt')\n"
    )
    mlflow_command("run", str(project), "-P", "epochs=3", "--env-manager", "local", "--run-name", "by project")
[of_project] = client.search_runs([experiment_id], "attributes.run_name = 'by project'")
assert of_project.data.params == {"rate": "0.5", "epochs": "3"} and of_project.info.status == "FINISHED", of_project
assert {point.step: point.value for point in client.get_metric_history(of_project.info.run_id, "loss")} == {
    0: 0.5,
    1: 0.25,
    2: 0.5 / 3,
}
assert of_project.data.tags["mlflow.source.type"] == "PROJECT" and of_project.data.tags["mlflow.project.entryPoint"] == "main"
assert mlflow.artifacts.load_text(f"runs:/{of_project.info.run_id}/note.txt") == "from the project"

print("passed")
