"""The registry without any training: stages, aliases, tags, searches with paging, copies, and what is refused how."""

import time

import mlflow
from mlflow.entities.model_registry import RegisteredModelTag
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

client = MlflowClient()
mlflow.set_experiment("registry")
with mlflow.start_run() as run:
    mlflow.log_text("weights", "model/weights.txt")
source = run.info.artifact_uri + "/model"


def refused(call, code):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == code, (code, error.error_code, str(error))
    else:
        raise AssertionError(f"not refused with {code}")


def version_of(name, number):
    return client.get_model_version(name, str(number))


# Versions, sources, run links.
created = client.create_registered_model("wine", tags={"team": "cellar"}, description="red")
assert created.creation_timestamp == created.last_updated_timestamp and created.latest_versions == []
for index in range(4):
    version = client.create_model_version(
        "wine", source, run.info.run_id, tags={"index": str(index)}, run_link="https://ci/1", description=f"v{index}"
    )
    assert version.version == str(index + 1) or version.version == index + 1, version
    assert (version.source, version.run_link, version.status) == (source, "https://ci/1", "READY"), version
    assert version.tags == {"index": str(index)} and version.current_stage == "None"
assert client.get_model_version_download_uri("wine", "1") == source
copy = client.copy_model_version("models:/wine/2", "wine-copy")
assert (copy.source, copy.run_id) == ("models:/wine/2", run.info.run_id), copy
assert client.get_model_version_download_uri("wine-copy", "1") == source
assert "benchmate.mlflow.source" not in copy.tags
refused(lambda: client.create_model_version("nothing", source, run.info.run_id), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: client.create_model_version("wine", f"runs:/{run.info.run_id}/model"), "INVALID_PARAMETER_VALUE")
refused(lambda: client.create_model_version("wine", source, "0" * 32), "INVALID_PARAMETER_VALUE")
refused(lambda: client.create_model_version("wine", source), "INVALID_PARAMETER_VALUE")

# Stages: several versions in one, archived together, and the newest of each.
client.transition_model_version_stage("wine", "1", "production")
client.transition_model_version_stage("wine", "2", "Production")
client.transition_model_version_stage("wine", "4", "Staging")
latest = {v.current_stage: int(v.version) for v in client.get_latest_versions("wine")}
assert latest == {"None": 3, "Production": 2, "Staging": 4}, latest
assert [int(v.version) for v in client.get_latest_versions("wine", ["Production"])] == [2]
moved = client.transition_model_version_stage("wine", "3", "Production", archive_existing_versions=True)
assert moved.current_stage == "Production"
assert [version_of("wine", n).current_stage for n in (1, 2, 3, 4)] == ["Archived", "Archived", "Production", "Staging"]
assert {v.current_stage for v in client.get_registered_model("wine").latest_versions} == {"Archived", "Production", "Staging"}
refused(lambda: client.transition_model_version_stage("wine", "1", "Shelf"), "INVALID_PARAMETER_VALUE")
refused(lambda: client.transition_model_version_stage("wine", "99", "Staging"), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: client.transition_model_version_stage("wine", "1", "Archived", True), "INVALID_PARAMETER_VALUE")
refused(lambda: client.get_latest_versions("wine", ["Shelf"]), "INVALID_PARAMETER_VALUE")
assert mlflow.artifacts.load_text("models:/wine/Production/weights.txt") == "weights"

# Aliases.
client.set_registered_model_alias("wine", "best", "2")
client.set_registered_model_alias("wine", "best", "3")
client.set_registered_model_alias("wine", "best", "3")
assert client.get_registered_model("wine").aliases == {"best": "3"} or client.get_registered_model("wine").aliases == {"best": 3}
assert version_of("wine", 3).aliases == ["best"]
assert int(client.get_model_version_by_alias("wine", "latest").version) == 4
for alias in ("latest", "Latest", "v3", "V12", "a/b", "a.b", "ä?"):
    refused(lambda: client.set_registered_model_alias("wine", alias, "1"), "INVALID_PARAMETER_VALUE")
refused(lambda: client.set_registered_model_alias("wine", "best", "77"), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: client.get_model_version_by_alias("wine", "gone"), "INVALID_PARAMETER_VALUE")
refused(lambda: client.get_model_version_by_alias("nothing", "best"), "RESOURCE_DOES_NOT_EXIST")
client.delete_registered_model_alias("wine", "gone")
refused(lambda: client.delete_registered_model_alias("nothing", "gone"), "RESOURCE_DOES_NOT_EXIST")

# What counts as an update.
before = client.get_registered_model("wine").last_updated_timestamp
time.sleep(0.01)
client.set_registered_model_tag("wine", "year", "2021")
client.set_model_version_tag("wine", "1", "oak", "yes")
assert client.get_registered_model("wine").last_updated_timestamp == before
assert client.update_model_version("wine", "1", "described").last_updated_timestamp > version_of("wine", 2).last_updated_timestamp
assert client.update_registered_model("wine", "white").last_updated_timestamp > before

# Searches.
for index in range(5):
    client.create_registered_model(f"grape-{index}", tags={"kind": "red" if index % 2 else "white"})
names = lambda found: [m.name for m in found]
assert names(client.search_registered_models("name LIKE 'grape-%' AND tags.kind = 'red'")) == ["grape-1", "grape-3"]
assert names(client.search_registered_models("name LIKE 'grape-%'", order_by=["name DESC"])) == [f"grape-{i}" for i in (4, 3, 2, 1, 0)]
assert names(client.search_registered_models("name LIKE 'grape-%'", order_by=["timestamp DESC"]))[0] == "grape-4"
assert names(client.search_registered_models("name IN ('wine', 'grape-2')")) == ["grape-2", "wine"]
assert names(client.search_registered_models("tags.kind != 'red'")) == ["grape-0", "grape-2", "grape-4"]
pages, token = [], None
while True:
    page = client.search_registered_models("name LIKE 'grape-%'", max_results=2, page_token=token)
    pages.append(names(page))
    token = page.token
    if not token:
        break
assert pages == [["grape-0", "grape-1"], ["grape-2", "grape-3"], ["grape-4"]], pages
numbers = lambda *args, **more: [int(v.version) for v in client.search_model_versions(*args, **more)]
assert numbers("name = 'wine'", order_by=["version_number ASC"]) == [1, 2, 3, 4]
assert numbers("name = 'wine' AND version_number > 2", order_by=["version_number DESC"]) == [4, 3]
assert numbers("name = 'wine'")[0] == 1  # the last one that was described
assert numbers(f"run_id = '{run.info.run_id}' AND name = 'wine' AND tags.index = '2'") == [3]
assert numbers(f"source_path = '{source}' AND name = 'wine'", order_by=["creation_timestamp ASC"]) == [1, 2, 3, 4]
assert numbers("source_path = 'models:/wine/2'") == [1]
assert len(client.search_model_versions(max_results=3)) == 3
for filter_string in ["nothing = 'x'", "version_number = 'x'", "tags.index IS NULL", "name = wine", "params.a = 'x'", "version_number IN (1)"]:
    refused(lambda: client.search_model_versions(filter_string), "INVALID_PARAMETER_VALUE")
for filter_string in ["version_number = 1", "creation_timestamp > 5", "name > 'a'", "name = 'a' OR name = 'b'"]:
    refused(lambda: client.search_registered_models(filter_string), "INVALID_PARAMETER_VALUE")
refused(lambda: client.search_registered_models(order_by=["creation_timestamp DESC"]), "INVALID_PARAMETER_VALUE")
refused(lambda: client.search_model_versions(order_by=["run_id DESC"]), "INVALID_PARAMETER_VALUE")
refused(lambda: client.search_registered_models(max_results=1001), "INVALID_PARAMETER_VALUE")
refused(lambda: client.search_model_versions(max_results=200_001), "INVALID_PARAMETER_VALUE")
refused(lambda: client.search_registered_models(page_token="nonsense"), "INVALID_PARAMETER_VALUE")

# Renames, deletions, and names that are used again.
client.rename_registered_model("wine", "wine")
refused(lambda: client.rename_registered_model("wine", "grape-1"), "RESOURCE_ALREADY_EXISTS")
refused(lambda: client.rename_registered_model("nothing", "else"), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: client.rename_registered_model("wine", "a/b"), "INVALID_PARAMETER_VALUE")
client.rename_registered_model("wine", "vintage")
renamed = client.get_registered_model("vintage")
assert renamed.name == "vintage" and renamed.tags == {"team": "cellar", "year": "2021"}
assert int(client.get_model_version_by_alias("vintage", "best").version) == 3
refused(lambda: client.get_registered_model("wine"), "RESOURCE_DOES_NOT_EXIST")
client.delete_model_version("vintage", "3")
assert client.get_registered_model("vintage").aliases == {}
refused(lambda: client.delete_model_version("vintage", "3"), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: version_of("vintage", 3), "RESOURCE_DOES_NOT_EXIST")
client.delete_model_version("vintage", "4")
assert int(client.create_model_version("vintage", source, run.info.run_id).version) == 5  # a number is never used again
client.delete_registered_model("vintage")
refused(lambda: client.get_registered_model("vintage"), "RESOURCE_DOES_NOT_EXIST")
refused(lambda: client.delete_registered_model("vintage"), "RESOURCE_DOES_NOT_EXIST")
assert client.get_model_version_download_uri("wine-copy", "1") == source  # a copy outlives what it was made of
client.create_registered_model("vintage")
assert int(client.create_model_version("vintage", source, run.info.run_id).version) == 1

# Names and tags.
for name in ("", "  ", "a/b", "a:b", ".", "..", "n" * 251):
    refused(lambda: client.create_registered_model(name), "INVALID_PARAMETER_VALUE")
refused(lambda: client.get_registered_model("a/b"), "INVALID_PARAMETER_VALUE")
strange = "ü ☕ '\"`; DROP TABLE %_ [x]"
client.create_registered_model(strange)
assert client.get_registered_model(strange).name == strange
client.delete_registered_model(strange)
for key, value in [("a;b", "x"), ("/a", "x"), ("k" * 251, "x"), ("k", "v" * 100_001)]:
    refused(lambda: client.set_registered_model_tag("vintage", key, value), "INVALID_PARAMETER_VALUE")
    refused(lambda: client.set_model_version_tag("vintage", "1", key, value), "INVALID_PARAMETER_VALUE")
refused(lambda: client.set_registered_model_tag("vintage", "benchmate.mlflow.source", "x"), "INVALID_PARAMETER_VALUE")
refused(lambda: client.delete_model_version_tag("vintage", "1", "a;b"), "INVALID_PARAMETER_VALUE")
client.delete_registered_model_tag("vintage", "not there")
client.delete_model_version_tag("vintage", "1", "not there")
refused(lambda: client.set_model_version_tag("vintage", "9", "a", "b"), "RESOURCE_DOES_NOT_EXIST")
store = client._get_registry_client().store
refused(lambda: store.create_registered_model("prompt", [RegisteredModelTag("mlflow.prompt.is_prompt", "true")]), "NOT_IMPLEMENTED")
print("passed")
