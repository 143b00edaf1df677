"""Where runs are sent: `MLFLOW_TRACKING_URI`, else the engine of this machine by its endpoint file."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple, Optional
from urllib.parse import urlsplit


class Endpoint(NamedTuple):
    url: str
    token: Optional[str]

    @property
    def is_loopback(self) -> bool:
        return urlsplit(self.url).hostname in ("127.0.0.1", "localhost", "::1")


def find_endpoint() -> Optional[Endpoint]:
    """Asked again before each new try, because a restarted engine has another port. None when there is nobody to send to."""
    engine = read_endpoint_file(data_dir() / "endpoint.json")
    url = os.environ.get("MLFLOW_TRACKING_URI", "").rstrip("/")
    if not re.match(r"https?://", url):
        return engine
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    if token is None and engine is not None and engine.url == url:
        token = engine.token
    return Endpoint(url, token)


def read_endpoint_file(file: Path) -> Optional[Endpoint]:
    """The file is written by the engine for this user alone. An address elsewhere is not believed: the token stays here."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        endpoint = Endpoint(str(content["url"]), str(content["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return endpoint if endpoint.is_loopback else None


def data_dir() -> Path:
    """The engine's data directory: `BENCHMATE_DATA_DIR`, else the platform's place for application data."""
    own = os.environ.get("BENCHMATE_DATA_DIR")
    if own:
        return Path(own)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "benchmate"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "benchmate" / "Data"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "benchmate"
