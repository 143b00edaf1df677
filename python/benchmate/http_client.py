"""Requests to the MLflow-compatible REST API, with the failures told apart that decide what to do next."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any, BinaryIO, Optional, Union

from .endpoint import Endpoint

TIMEOUT_S = 10


class Unreachable(Exception):
    """Nobody answered, or not now: the same request may work later."""


class Refused(Exception):
    """The answer was no: repeating the request cannot help."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class HttpClient:
    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        # A proxy is for the outside: to this machine's own engine it would carry the token away.
        proxies = [urllib.request.ProxyHandler({})] if endpoint.is_loopback else []
        self._opener = urllib.request.build_opener(_NoRedirects, *proxies)

    def post(self, route: str, body: "dict[str, Any]") -> "dict[str, Any]":
        data = json.dumps(body, allow_nan=False).encode()
        return self._send("POST", f"/api/2.0/mlflow/{route}", data, "application/json")

    def get(self, route: str) -> "dict[str, Any]":
        return self._send("GET", f"/api/2.0/mlflow/{route}", None, None)

    def put_file(self, path: str, content: BinaryIO, size: int) -> None:
        self._send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", content, "application/octet-stream", size)

    def _send(
        self, method: str, path: str, data: Union[bytes, BinaryIO, None], content_type: Optional[str], size: Optional[int] = None
    ) -> "dict[str, Any]":
        request = urllib.request.Request(self._endpoint.url + path, data=data, method=method)
        if content_type:
            request.add_header("Content-Type", content_type)
        if size is not None:
            request.add_header("Content-Length", str(size))
        if self._endpoint.token:
            request.add_header("Authorization", f"Bearer {self._endpoint.token}")
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise _failure(error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(str(error)) from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The token is for one address and goes nowhere else."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def _failure(error: urllib.error.HTTPError) -> Exception:
    try:
        with error:
            body = json.loads(error.read() or b"{}")
        message, code = str(body.get("message", error.reason)), str(body.get("error_code", ""))
    except (OSError, ValueError, AttributeError, http.client.HTTPException):
        message, code = str(error.reason), ""
    # A refused token is fixed by the next engine or the next environment, and what was logged is worth the wait.
    if error.code in (401, 403, 408, 429) or error.code >= 500:
        return Unreachable(f"{message} (HTTP {error.code})")
    return Refused(message, code)
