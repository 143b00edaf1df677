"""Large files in parts and in ranges, as the stock client sends and fetches them when it is told to."""

import hashlib
import os
import pathlib
import tempfile

os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"] = "true"
os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD"] = "true"
os.environ["MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE"] = str(5 * 1024 * 1024)
os.environ["MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE"] = str(5 * 1024 * 1024)
os.environ["MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE"] = str(3 * 1024 * 1024)

import mlflow
from mlflow.tracking import MlflowClient

client = MlflowClient()
mlflow.set_experiment("multipart")
digest = lambda content: hashlib.sha256(content).hexdigest()
with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
    content = os.urandom(23_000_001)
    file = pathlib.Path(folder) / "großes Modell +50%.bin"
    file.write_bytes(content)
    mlflow.log_artifact(str(file), "deep/er")
    small = pathlib.Path(folder) / "small.txt"
    small.write_text("small")
    mlflow.log_artifact(str(small))
    listed = {f.path: f.file_size for f in client.list_artifacts(run.info.run_id, "deep/er")}
    assert listed == {"deep/er/großes Modell +50%.bin": len(content)}, listed
    target = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="deep", dst_path=folder + "/down")
    assert digest((pathlib.Path(target) / "er" / file.name).read_bytes()) == digest(content)
    assert mlflow.artifacts.load_text(run.info.artifact_uri + "/small.txt") == "small"
print("passed")
