"""The spool: one file per run, to which everything is appended before anybody is asked to take it.

Each line is one JSON object with the key `event`:

    start     name, experiment, tags, time
    created   run_id, artifact_uri                   written once the engine has made the run
    params    values: {key: text}
    metrics   values: {key: number}, step, time      NaN and infinities as the texts "NaN", "Infinity", "-Infinity"
    tags      values: {key: text}
    artifact  path (absolute), to (folder among the artifacts)
    end       status, time

Times are milliseconds since 1970 UTC. A file is locked while its process lives, and removed when all of it has arrived: what
is left over belongs to a process that died or could not reach anybody, and can be sent again from its beginning, because the
engine takes every entry only once.
"""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from pathlib import Path
from typing import IO, Any, Iterator, List, Optional

from .endpoint import data_dir
from .file_lock import try_lock


class Spool:
    def __init__(self) -> None:
        self.path, self._file = _create()

    def append(self, event: "dict[str, Any]") -> None:
        """Reaches the operating system before it returns: it survives the end of this process, but not a power cut."""
        if self._file is None:
            return
        self._file.write(json.dumps(event, separators=(",", ":")) + "\n")
        self._file.flush()

    def close(self, *, arrived: bool) -> None:
        if self._file is None:
            return
        file, self._file = self._file, None
        # On Windows an open file cannot be removed.
        file.close()
        if arrived:
            self.path.unlink(missing_ok=True)


class LeftOver:
    """A spool file whose process is gone, locked for this one. Use it in a `with` statement."""

    def __init__(self, path: Path, file: "IO[str]") -> None:
        self.path = path
        self._file = file

    def events(self) -> "List[dict[str, Any]]":
        """In the order of sending: which run it is stands first, wherever it was written."""
        self._file.seek(0)
        return sorted(_parse(self._file), key=lambda event: {"start": 0, "created": 1}.get(event["event"], 2))

    def append(self, event: "dict[str, Any]") -> None:
        self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps(event, separators=(",", ":")) + "\n")
        self._file.flush()

    def remove(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> "LeftOver":
        return self

    def __exit__(self, *_error: Any) -> None:
        self._file.close()


def left_over() -> Iterator[LeftOver]:
    """Spool files of processes that are gone, oldest first."""
    found = []
    for path in spool_dir().glob("*.jsonl"):
        try:
            found.append((path.stat().st_mtime, path))
        except OSError:
            continue  # its owner has just finished
    for _, path in sorted(found):
        file: "Optional[IO[str]]" = None
        try:
            file = path.open("r+", encoding="utf-8")
        except OSError:
            continue
        if try_lock(file):
            yield LeftOver(path, file)
        else:
            file.close()


def spool_dir() -> Path:
    return data_dir() / "python-spool"


def _create() -> "tuple[Path, Optional[IO[str]]]":
    """In the data directory, else in the folder for temporary files; without any place for it, runs are sent from memory alone."""
    name = f"{uuid.uuid4().hex}.jsonl"
    for folder in (spool_dir(), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = folder / name
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        except OSError:
            continue
        file = os.fdopen(descriptor, "w", encoding="utf-8")
        try_lock(file)
        return path, file
    return Path(name), None


def _parse(lines: "IO[str]") -> "Iterator[dict[str, Any]]":
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # cut off when its process died
        if isinstance(event, dict) and "event" in event:
            yield event
