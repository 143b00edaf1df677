"""Brings the events of one run to the engine, in order and in batches."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional
from urllib.parse import quote, urlencode

from .http_client import HttpClient, Refused

# What one request of the API may hold.
MAX_METRICS = 1000
MAX_PARAMS = 100

Complain = Callable[[str], None]


class Sender:
    """`created` is called with the event to remember once the run exists. Sending an event twice does no harm."""

    def __init__(self, complain: Complain, created: "Callable[[dict[str, Any]], None]") -> None:
        self._complain = complain
        self._created = created
        self._start: "Dict[str, Any]" = {}
        self.run_id: Optional[str] = None
        self._artifact_uri = ""

    def send(self, client: HttpClient, events: "List[dict[str, Any]]") -> None:
        """Raises Unreachable before the first event that did not arrive is lost; the whole list can then be sent again."""
        batch = _Batch()
        for event in events:
            kind = event["event"]
            if kind in ("metrics", "params", "tags"):
                batch.add(event)
                continue
            self._flush(client, batch)
            if kind == "start":
                self._start = event
            elif kind == "created":
                self.run_id, self._artifact_uri = event["run_id"], event["artifact_uri"]
            elif kind == "artifact":
                self._upload(client, Path(event["path"]), event["to"])
            elif kind == "end":
                body = {"run_id": self._ensure_run(client), "status": event["status"], "end_time": event["time"]}
                self._try(lambda: client.post("runs/update", body))
        self._flush(client, batch)

    def _flush(self, client: HttpClient, batch: "_Batch") -> None:
        for body in batch.take():
            self._log_batch(client, body)

    def _log_batch(self, client: HttpClient, body: "dict[str, Any]") -> None:
        """A request is taken whole or not at all: a refused one is halved until the entry that is at fault stands alone."""
        try:
            client.post("runs/log-batch", {"run_id": self._ensure_run(client), **body})
        except Refused as error:
            if sum(len(entries) for entries in body.values()) == 1:
                self._complain(f"An entry was not taken: {error}")
                return
            for half in _halves(body):
                self._log_batch(client, half)

    def _ensure_run(self, client: HttpClient) -> str:
        if self.run_id is not None:
            return self.run_id
        start = self._start
        body = {
            "experiment_id": _experiment_id(client, start.get("experiment", "Default")),
            "start_time": start.get("time", int(time.time() * 1000)),
            "tags": [{"key": key, "value": value} for key, value in start.get("tags", {}).items()],
        }
        if start.get("name"):
            body["run_name"] = start["name"]
        info = client.post("runs/create", body)["run"]["info"]
        run_id: str = info["run_id"]
        self.run_id, self._artifact_uri = run_id, info.get("artifact_uri", "")
        self._created({"event": "created", "run_id": run_id, "artifact_uri": self._artifact_uri})
        return run_id

    def _upload(self, client: HttpClient, path: Path, to: str) -> None:
        self._ensure_run(client)
        prefix = "mlflow-artifacts:/"
        if not self._artifact_uri.startswith(prefix):
            self._complain(f"{path} was not sent: this server keeps artifacts at {self._artifact_uri}, out of reach from here.")
            return
        root = self._artifact_uri[len(prefix) :].lstrip("/")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_dir():
                continue
            inside = file.relative_to(path.parent if path.is_file() else path).as_posix()
            target = "/".join(part for part in (root, to.strip("/"), inside) if part)
            try:
                with file.open("rb") as content:
                    size = file.stat().st_size
                    self._try(lambda: client.put_file(quote(target), content, size))
            except OSError as error:
                self._complain(f"{file} could not be read, so it was not sent: {error.strerror}.")

    def _try(self, request: "Callable[[], object]") -> None:
        """What the engine refuses for good is said and left out, so that the rest can arrive."""
        try:
            request()
        except Refused as error:
            self._complain(f"The engine did not take an entry: {error}")


class _Batch:
    def __init__(self) -> None:
        self._metrics: "List[dict[str, Any]]" = []
        self._params: "List[dict[str, str]]" = []
        self._tags: "List[dict[str, str]]" = []

    def add(self, event: "dict[str, Any]") -> None:
        if event["event"] == "metrics":
            for key, value in event["values"].items():
                self._metrics.append({"key": key, "value": value, "step": event["step"], "timestamp": event["time"]})
        else:
            pairs = [{"key": key, "value": value} for key, value in event["values"].items()]
            (self._params if event["event"] == "params" else self._tags).extend(pairs)

    def take(self) -> "Iterator[dict[str, Any]]":
        """Empties the batch, in pieces that one request may hold."""
        while self._metrics or self._params or self._tags:
            yield {
                "metrics": _cut(self._metrics, MAX_METRICS),
                "params": _cut(self._params, MAX_PARAMS),
                "tags": _cut(self._tags, MAX_PARAMS),
            }


def _cut(entries: "List[Any]", count: int) -> "List[Any]":
    piece = entries[:count]
    del entries[:count]
    return piece


def _halves(body: "dict[str, Any]") -> "Iterator[dict[str, Any]]":
    entries = [(kind, entry) for kind, list_ in body.items() for entry in list_]
    middle = len(entries) // 2
    for half in (entries[:middle], entries[middle:]):
        yield {kind: [entry for other, entry in half if other == kind] for kind in body}


def _experiment_id(client: HttpClient, name: str) -> str:
    for _ in range(2):
        try:
            found = client.get(f"experiments/get-by-name?{urlencode({'experiment_name': name})}")
            return str(found["experiment"]["experiment_id"])
        except Refused:
            try:
                return str(client.post("experiments/create", {"name": name})["experiment_id"])
            except Refused as error:
                # Another process made it in between: look again.
                if error.code != "RESOURCE_ALREADY_EXISTS":
                    raise
    raise Refused(f"The experiment {name} could be neither found nor made.", "")
