"""What of an answer may differ: ids, times that a server took from its clock, and names that it made up."""

import math
import re

_server_times = {
    "creation_time", "last_update_time", "creation_timestamp", "last_updated_timestamp",
    "creation_timestamp_ms", "last_updated_timestamp_ms", "last_updated_time",
}
_messages = (
    ("taken", r"already exists"),
    ("changed param", r"Changing param values"),
    ("state", r"must be in the 'active' state|is deleted|non-active"),
    # Of two wrong fields either may be named.
    ("wrong value", r"Missing value for required|Names may|exceeds the maximum length|too long"),
    ("count", r"can contain at most"),
    ("page token", r"page token|Page token"),
    ("max_results", r"max_results"),
    ("not found", r"not found|No .* exists|does not exist|No tag with|Could not find"),
)
_largest = 1.7976931348623157e308


def message_class(message: str) -> str | None:
    """What kind of refusal a sentence is; None: of no kind that is compared."""
    return next((name for name, pattern in _messages if re.search(pattern, message)), None)


class Normaliser:
    def __init__(self):
        self._known: dict[str, str] = {}

    def know(self, text: str, name: str) -> None:
        self._known[text] = name

    def normalise(self, value, key: str = ""):
        if isinstance(value, dict):
            return {self.text(str(k)): self.normalise(v, str(k)) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.normalise(v, key) for v in value]
        if isinstance(value, bool) or value is None:
            return value
        if key in _server_times and isinstance(value, int):
            return "<time>" if value > 1_500_000_000_000 else value
        if isinstance(value, float):
            return self.number(value)
        if isinstance(value, str):
            return self.number(float(value)) if value in ("NaN", "Infinity", "-Infinity") else self.text(value)
        return value

    def number(self, value: float):
        # MLflow keeps the largest double for an infinity; Benchmate keeps the infinity.
        if math.isnan(value):
            return "NaN"
        if math.isinf(value) or abs(value) == _largest:
            return "Infinity" if value > 0 else "-Infinity"
        return value

    def text(self, text: str) -> str:
        if text in self._known:
            return self._known[text]
        if re.fullmatch(r"[a-z]+-[a-z]+-\d+", text):
            return "<made-up name>"
        text = re.sub(r"mlflow-artifacts:/(\d+)", lambda m: f"mlflow-artifacts:/{self._known.get(m[1], m[1])}", text)
        return re.sub(r"m-[0-9a-f]{32}|[0-9a-f]{32}", lambda m: self._known.get(m[0], m[0]), text)
