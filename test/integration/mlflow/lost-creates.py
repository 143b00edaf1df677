"""Each create's first answer gets lost. The client repeats it, and what was made for nothing is flagged with what took its place."""

import os

import mlflow
from mlflow.tracking import MlflowClient

flag = "benchmate.possible_duplicate"
client = MlflowClient()
experiment_id = client.create_experiment(f"lost creates: {os.environ['LOSS']}")


def flagged(experiment_id):
    return {run.info.run_id: run.data.tags[flag] for run in client.search_runs([experiment_id]) if flag in run.data.tags}


runs = [client.create_run(experiment_id, run_name="mine").info.run_id for _ in range(3)]
assert len(set(runs)) == 3
for run_id in runs:
    client.log_metric(run_id, "m", 1)
made = [run.info.run_id for run in client.search_runs([experiment_id])]
extras = flagged(experiment_id)
assert len(made) == 6, made
assert set(made) == set(runs) | set(extras), "an extra run is not flagged"
assert sorted(extras.values()) == sorted(runs), "a flag names the wrong run"

# Two runs that are meant, alike to the byte and both answered, are two runs and nothing else.
other = client.create_experiment(f"meant creates: {os.environ['LOSS']}")
client.create_run(other, start_time=1000)
client.create_run(other, start_time=1000)

name = f"lost-{os.environ['LOSS']}"
client.create_registered_model(name)
source = client.get_run(runs[0]).info.artifact_uri
version = client.create_model_version(name, source, runs[0])
versions = {int(v.version): v.tags for v in client.search_model_versions(f"name = '{name}'")}
assert len(versions) == 2 and int(version.version) == 2, versions
assert versions[1] == {flag: f"{name}/2"} and flag not in versions[2], versions
print("passed")
