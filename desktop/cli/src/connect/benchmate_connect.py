"""Points the stock mlflow client of this environment at Benchmate's engine, without a line of set-up in notebooks and scripts.

`benchmate connect` put it here, `benchmate connect --remove` takes it away. Nothing secret stands in any of its files: the token
is read from the engine's own endpoint file with each request, is sent to that engine alone, and never becomes an environment
variable that a cell could print or a child process inherit.
"""

import os
import sys

NAME = "benchmate"
_ours = set()  # addresses of the engine that this process was told


class _BeforeMlflow:
    """Waits for the first `import mlflow`; programs that never do pay for nothing."""

    def find_spec(self, name, path=None, target=None):
        if name == "mlflow":
            sys.meta_path.remove(self)
            try:
                _connect()
            except Exception as error:
                print(f"Benchmate: {error} mlflow logs where it would without Benchmate.", file=sys.stderr)
        return None


class RequestAuthProvider:
    """What mlflow finds as the plugin named by MLFLOW_TRACKING_AUTH."""

    def get_name(self):
        return NAME

    def get_auth(self):
        return _sign


def _connect():
    uri, auth = os.environ.get("MLFLOW_TRACKING_URI"), os.environ.get("MLFLOW_TRACKING_AUTH")
    if auth != NAME and (uri or auth):
        return  # a terminal, a job or a person has already said where to log
    if auth == NAME and uri:
        _ours.add(uri)  # of a parent process
    url = _engine()["url"]
    _ours.add(url)
    os.environ.update(MLFLOW_TRACKING_URI=url, MLFLOW_TRACKING_AUTH=NAME)
    if "MLFLOW_EXPERIMENT_NAME" not in os.environ and "MLFLOW_EXPERIMENT_ID" not in os.environ:
        experiment = _project_name(os.getcwd()) or _project_name(os.path.dirname(sys.prefix))
        if experiment:
            os.environ["MLFLOW_EXPERIMENT_NAME"] = experiment


def _sign(request):
    """Adds the token to a request for the engine, at the address that it has now. Any other request stays as it is."""
    for url in _ours:
        if request.url.startswith(url + "/"):
            engine = _engine()
            request.url = engine["url"] + request.url[len(url) :]
            request.headers["Authorization"] = "Bearer " + engine["token"]
            break
    return request


def _engine():
    """The endpoint of the engine that runs; it is started when none does."""
    settings = _settings()
    data_dir = os.environ.get("BENCHMATE_DATA_DIR") or settings["dataDir"]
    endpoint = _read_endpoint(data_dir)
    if endpoint is None:
        _start([*settings["start"], "--data-dir", data_dir])
        endpoint = _read_endpoint(data_dir)
    if endpoint is None:
        raise RuntimeError("the engine has ended again. Run `benchmate engine status`.")
    return endpoint


def _settings():
    import json

    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "benchmate_connect.json"), encoding="utf-8") as file:
        return json.load(file)


def _read_endpoint(data_dir):
    """None unless the file is this user's own and names a living engine on this machine."""
    import json
    import re

    try:
        with open(os.path.join(data_dir, "endpoint.json"), encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            endpoint = json.load(file)
        if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o077):
            return None
        loopback = re.fullmatch(r"http://(127\.0\.0\.1|localhost|\[::1\]):\d+", endpoint["url"])
        return endpoint if loopback and isinstance(endpoint["token"], str) and _is_alive(endpoint["pid"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_alive(pid):
    if os.name == "nt":
        return True  # asking would end the process; a dead engine's address refuses the connection
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _start(command):
    import subprocess

    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=60,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise RuntimeError(f"the engine could not be started ({error}). Run `benchmate connect` again.") from None
    if ended.returncode != 0:
        raise RuntimeError(ended.stderr.decode("utf-8", "replace").strip() or "the engine could not be started.")


def _project_name(folder):
    """The experiment of the project around a folder is the name in its benchmate.yaml."""
    while True:
        file = os.path.join(folder, "benchmate.yaml")
        if os.path.isfile(file):
            return _name_in(file)
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _name_in(file):
    try:
        import yaml  # mlflow itself needs it

        with open(file, encoding="utf-8") as content:
            name = yaml.safe_load(content)["name"]
        return name if isinstance(name, str) else None
    except Exception:
        return None


if "mlflow" not in sys.modules:
    sys.meta_path.insert(0, _BeforeMlflow())
