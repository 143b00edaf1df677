"""The routes that the stock client and MLflow's own pages ask, and which of them a run of this program never asked."""

import re
import urllib.parse

import requests

_tracking = """
POST experiments/create
GET experiments/get
GET experiments/get-by-name
POST experiments/search
GET experiments/search
POST experiments/update
POST experiments/delete
POST experiments/restore
POST experiments/set-experiment-tag
POST experiments/delete-experiment-tag
POST runs/create
GET runs/get
POST runs/update
POST runs/delete
POST runs/restore
POST runs/search
POST runs/log-metric
POST runs/log-parameter
POST runs/log-batch
POST runs/log-inputs
POST runs/log-model
POST runs/outputs
POST runs/set-tag
POST runs/delete-tag
GET metrics/get-history
GET metrics/get-history-bulk-interval
POST logged-models
POST logged-models/search
GET logged-models/{}
PATCH logged-models/{}
DELETE logged-models/{}
POST logged-models/{}/params
PATCH logged-models/{}/tags
DELETE logged-models/{}/tags/{}
GET logged-models/{}/artifacts/directories
GET artifacts/list
"""
_registry = """
POST registered-models/create
GET registered-models/get
POST registered-models/rename
PATCH registered-models/update
DELETE registered-models/delete
POST registered-models/get-latest-versions
GET registered-models/get-latest-versions
POST registered-models/set-tag
DELETE registered-models/delete-tag
GET registered-models/search
POST registered-models/alias
GET registered-models/alias
DELETE registered-models/alias
POST model-versions/create
GET model-versions/get
PATCH model-versions/update
DELETE model-versions/delete
POST model-versions/transition-stage
GET model-versions/get-download-uri
GET model-versions/search
POST model-versions/set-tag
DELETE model-versions/delete-tag
"""
_others = """
GET /api/2.0/mlflow-artifacts/artifacts
GET /api/2.0/mlflow-artifacts/artifacts/{+}
PUT /api/2.0/mlflow-artifacts/artifacts/{+}
DELETE /api/2.0/mlflow-artifacts/artifacts/{+}
GET /ajax-api/2.0/mlflow/logged-models/{}/artifacts/files
GET /ajax-api/2.0/mlflow/{+}
POST /ajax-api/2.0/mlflow/experiments/search-datasets
GET /ajax-api/2.0/mlflow/metrics/get-history-bulk
GET /get-artifact
GET /model-versions/get-artifact
GET /api/3.0/mlflow/server-info
GET /version
GET /health
"""


def _pattern(route: str) -> re.Pattern:
    parts = re.split(r"(\{\+?\})", route)
    return re.compile("".join({"{}": "[^/]+", "{+}": ".+"}.get(part) or re.escape(part) for part in parts))


def _templates() -> list[str]:
    below = [line.replace(" ", " /api/2.0/mlflow/", 1) for line in f"{_tracking}{_registry}".split("\n") if line]
    return [*below, *(line for line in _others.split("\n") if line)]


class Asked:
    """Notes what is asked of one server, by the client and by requests of our own."""

    def __init__(self, url: str):
        self._left = {route: _pattern(route) for route in _templates()}
        send = requests.Session.send

        def noting(session, request, **more):
            if request.url.startswith(url):
                self._note(f"{request.method} {urllib.parse.urlsplit(request.url).path}")
            return send(session, request, **more)

        requests.Session.send = noting

    def _note(self, asked: str) -> None:
        self._left = {route: pattern for route, pattern in self._left.items() if not pattern.fullmatch(asked)}

    def never(self) -> list[str]:
        return sorted(self._left)
