"""One of the two servers, and what the names of a sequence stand for on it."""

import json
import re
import urllib.parse

import requests
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from normalise import Normaliser, message_class


class Side:
    """Ids differ from server to server: a sequence says `$run0`, a side knows its id."""

    def __init__(self, name: str, url: str, token: str):
        self.name = name
        self.url = url
        self.client = MlflowClient(tracking_uri=url, registry_uri=url)
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {token}"} if token else {})
        self.bound: dict[str, str] = {}
        self.normaliser = Normaliser()

    def begin(self) -> None:
        self.bound = {}
        self.normaliser = Normaliser()

    def bind(self, name: str, value: str) -> None:
        self.bound[name] = value
        self.normaliser.know(value, f"${name}")

    def resolve(self, value):
        """Puts ids where a sequence has names: `$run0` alone or inside a text."""
        if isinstance(value, dict):
            return {self.resolve(k): self.resolve(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.resolve(v) for v in value]
        if isinstance(value, str) and "$" in value:
            return re.sub(r"\$[a-z]+\d+", lambda m: self.bound.get(m[0][1:], f"unknown-{m[0][1:]}"), value)
        return value

    def lacks_model(self, call: dict) -> bool:
        named = re.findall(r"\$(model\d+)", json.dumps(call.get("args", {})))
        return any(name not in self.bound for name in named)

    def perform(self, handlers: dict, call: dict) -> dict:
        """`{"ok": …}` or `{"error": code, "class": …}`, with this server's ids and times replaced."""
        handler = handlers[call["call"]]
        try:
            result = handler(self, **self.resolve(call.get("args", {})))
        except MlflowException as error:
            return {"error": error.error_code, "class": message_class(error.message), "message": error.message[:600]}
        except Exception as error:  # of the client itself
            return {"error": type(error).__name__}
        if call.get("bind") and result is not None:
            bound, result = result
            self.bind(call["bind"], bound)
        return {"ok": self.normaliser.normalise(result)}

    def http(self, method: str, path: str, body=None, query=None) -> dict:
        """A request as no stock client would send it. `body` may be text: sent as it is."""
        data = body if isinstance(body, (str, type(None))) else json.dumps(body)
        headers = {} if data is None else {"Content-Type": "application/json"}
        url = f"{self.url}{urllib.parse.quote(path, safe='/%:')}"
        with self.session.request(method, url, data=data, params=query, headers=headers, timeout=30) as answer:
            try:
                content = answer.json()
            except ValueError:
                content = {"not json": answer.content.decode("utf-8", "replace")[:80]}
            if answer.status_code < 400:
                return {"status": answer.status_code, "body": content}
            return {
                "status": answer.status_code,
                "error_code": content.get("error_code"),
                "class": message_class(content.get("message", "")),
                "message": content.get("message", str(content))[:300],
            }
