"""What kind of value each field of a raw request is meant to have, and what of a request is not."""

import re

_words = {
    "status": ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"),
    "view_type": ("ACTIVE_ONLY", "DELETED_ONLY", "ALL"),
    "run_view_type": ("ACTIVE_ONLY", "DELETED_ONLY", "ALL"),
}
_whole = {"timestamp", "step", "end_time", "max_results"}
_texts = {"experiment_ids", "order_by"}
_objects = {"metrics", "params", "tags"}


def faults(value: dict, within: str = "") -> list[str]:
    """The fields whose value is of a wrong kind. null is as good as absent, and fields that nobody knows are none of ours."""
    found = []
    for name, given in value.items():
        place = f"{within}{name}"
        if name in _objects and isinstance(given, list):
            for item in given:
                found += faults(item, f"{name}.") if isinstance(item, dict) else [place]
        elif given is not None and name != "brand_new" and not _fits(name, given, within):
            found.append(place)
    return found


def _fits(name: str, given, within: str) -> bool:
    if name in _words:
        return given in _words[name] or type(given) is int and 1 <= given <= len(_words[name])
    if name in _whole:
        is_whole = type(given) is int or isinstance(given, str) and re.fullmatch(r"[-+]?\d{1,16}", given) is not None
        return is_whole and (name != "max_results" or int(given) > 0)
    if name == "value" and within == "metrics.":
        return type(given) in (int, float) or given in ("NaN", "Infinity", "-Infinity")
    if name in _texts:
        return isinstance(given, list) and all(isinstance(item, str) for item in given)
    return name not in _objects and isinstance(given, str)
