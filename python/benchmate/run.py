"""The run that a training script sees."""

from __future__ import annotations

import logging
import math
import os
import re
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, List, Mapping, Optional, Type, Union

from .endpoint import find_endpoint
from .http_client import HttpClient, Refused, Unreachable
from .sender import Sender
from .spool import Spool

PathLike = Union[str, "os.PathLike[str]"]

# Prints to stderr unless the script says otherwise; unlike a warning, it can never become an exception.
_log = logging.getLogger("benchmate")

# How long a script may be kept waiting at its end for what it logged to arrive.
END_TIMEOUT_S = 15.0
_LAST_TRIES = 3
_BATCH_S = 0.1
_RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)


def run(
    name: Optional[str] = None,
    params: Optional[Mapping[str, Any]] = None,
    project: Optional[str] = None,
    tags: Optional[Mapping[str, Any]] = None,
) -> "Run":
    """Starts a run; use it in a `with` statement.

    ``project`` is the name of the project that it belongs to: without it, the one whose folder this is, else
    ``MLFLOW_EXPERIMENT_NAME``, else ``Default``. Nothing here waits for a network, and nothing raises when there is none.
    """
    return Run(name, params or {}, project, tags or {})


class Run:
    """One run. Safe to use from several threads."""

    def __init__(
        self, name: Optional[str], params: Mapping[str, Any], project: Optional[str], tags: Mapping[str, Any]
    ) -> None:
        self._spool = Spool()
        self._lock = threading.Condition()
        self._waiting: "List[dict[str, Any]]" = []
        self._step = 0
        self._ended = False
        self._arrived = False
        self._settled = threading.Event()
        self._warned = False
        self._sender = Sender(self._warn, self._spool.append)
        self._record({
            "event": "start",
            "name": name,
            "experiment": project or os.environ.get("MLFLOW_EXPERIMENT_NAME") or _project_here() or "Default",
            "tags": _texts(tags),
            "time": _now(),
        })
        if params:
            self.log_params(params)
        self._thread = threading.Thread(target=self._work, name="benchmate", daemon=True)
        self._thread.start()

    @property
    def run_id(self) -> Optional[str]:
        """The run's id, once the engine has made it."""
        return self._sender.run_id

    def log(self, values: Mapping[str, Any], step: Optional[int] = None) -> None:
        """Logs numbers by name. Without ``step``, each call is one step further, from 0."""
        numbers = {str(key): _number(value) for key, value in values.items()}
        with self._lock:
            if step is None:
                step = self._step
            self._step = int(step) + 1
        self._record({"event": "metrics", "values": numbers, "step": int(step), "time": _now()})

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Logs params; nested mappings become dotted names."""
        self._record({"event": "params", "values": _texts(_flatten(params))})

    def tag(self, key: str, value: Any) -> None:
        self._record({"event": "tags", "values": _texts({key: value})})

    def artifact(self, path: PathLike, to: str = "") -> None:
        """Keeps a file, or all files of a folder, with the run; ``to`` is a folder among its artifacts. It is read soon, not now."""
        found = Path(path).absolute()
        if not found.exists():
            raise FileNotFoundError(f"{found} does not exist, so it cannot be kept with the run.")
        self._record({"event": "artifact", "path": str(found), "to": to})

    def end(self, status: str = "FINISHED") -> None:
        """Ends the run as FINISHED, FAILED or KILLED and waits for all of it to arrive, not longer than a few seconds."""
        if self._ended:
            return
        self._record({"event": "end", "status": status, "time": _now()})
        with self._lock:
            self._ended = True
            self._lock.notify()
        self._settled.wait(END_TIMEOUT_S)
        self._spool.close(arrived=self._arrived)
        if not self._arrived:
            _log.warning(
                "Benchmate: this run has not arrived yet. It is kept in %s: send it with `python -m benchmate`.",
                self._spool.path,
            )

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], _trace: Optional[TracebackType]
    ) -> None:
        clean = kind is None or (isinstance(error, SystemExit) and error.code in (None, 0))
        self.end("FINISHED" if clean else "KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED")

    def _record(self, event: "dict[str, Any]") -> None:
        with self._lock:
            if self._ended:
                raise RuntimeError("This run has ended, so nothing can be logged to it any more.")
            try:
                self._spool.append(event)
            except OSError as error:
                self._warn(f"what is logged cannot be kept on disk: {error.strerror}.")
            self._waiting.append(event)
            self._lock.notify()

    def _work(self) -> None:
        """The only thread that talks to anybody."""
        try:
            self._deliver()
        finally:
            self._settled.set()

    def _deliver(self) -> None:
        failures = last_tries = 0
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._waiting or self._ended)
                if not self._ended:
                    self._lock.wait(_BATCH_S)  # what comes in quick succession goes in one request
                events, ended = list(self._waiting), self._ended
            try:
                self._send(events)
            except Refused as error:
                self._warn(f"the engine did not take the run: {error} What it logs is kept in {self._spool.path}.")
                return
            except Unreachable as error:
                self._warn(f"nobody takes the run at the moment ({error}). It goes on, and what it logs is kept in {self._spool.path}.")
                last_tries += ended
                if last_tries >= _LAST_TRIES:
                    return
                pause = _RETRY_S[0] if ended else _RETRY_S[min(failures, len(_RETRY_S) - 1)]
                failures += 1
                with self._lock:
                    self._lock.wait_for(lambda: self._ended and not ended, timeout=pause)
                continue
            failures = 0
            with self._lock:
                del self._waiting[: len(events)]
                if self._ended and not self._waiting:
                    self._arrived = True
                    return

    def _send(self, events: "List[dict[str, Any]]") -> None:
        endpoint = find_endpoint()
        if endpoint is None:
            raise Unreachable("no engine is running")
        self._sender.send(HttpClient(endpoint), events)

    def _warn(self, sentence: str) -> None:
        """Once per run: who watches a training wants to see the training."""
        if not self._warned:
            self._warned = True
            _log.warning("Benchmate: %s", sentence)


def _project_here() -> Optional[str]:
    """The name in the nearest `benchmate.yaml` upwards. One plain line of YAML needs no YAML library."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        try:
            text = (folder / "benchmate.yaml").read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        found = re.search(r"""^name:[ \t]*(?:'([^'\n]*)'|"([^"\\\n]*)"|([^\s'"#][^#\n]*?))[ \t]*(?:#.*)?$""", text, re.MULTILINE)
        return next((group for group in found.groups() if group), None) if found else None
    return None


def _flatten(params: Mapping[str, Any], prefix: str = "") -> "Dict[str, Any]":
    flat: "Dict[str, Any]" = {}
    for key, value in params.items():
        if isinstance(value, Mapping) and value:
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _texts(values: Mapping[str, Any]) -> "Dict[str, str]":
    return {str(key): str(value) for key, value in values.items()}


def _number(value: Any) -> Union[float, str]:
    """JSON has no NaN and no infinities: they travel as texts. Numbers of NumPy and PyTorch know `float` themselves."""
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _now() -> int:
    return int(time.time() * 1000)
