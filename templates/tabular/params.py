"""Params: the file params.yaml, and overrides for one run."""

import re
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("params.yaml")


def read(overrides=(), file=FILE):
    """Return the params as a dict. Each override is "key=value" (dots reach into sections), the value in YAML; an unknown key is an error."""
    params = yaml.safe_load(file.read_text(encoding="utf-8"))
    for override in overrides:
        key, separator, value = override.partition("=")
        section, name = reach(params, key)
        if not separator or name not in section:
            known = ", ".join(flatten(params))
            raise SystemExit(f"--set {override}: write key=value with a key of {file.name} ({known}).")
        section[name] = yaml.safe_load(value)
    return numbers(params)


def flatten(params, prefix=""):
    """Sections as dotted keys: the form in which runs log them."""
    flat = {}
    for key, value in params.items():
        flat.update(flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value})
    return flat


def reach(params, key):
    """The section that a dotted key names, and the last part of the key."""
    *sections, name = key.split(".")
    for section in sections:
        params = params.get(section) if isinstance(params, dict) else None
    return (params if isinstance(params, dict) else {}), name


def numbers(value):
    """PyYAML reads `1e-3` as text; who writes it means a number."""
    if isinstance(value, dict):
        return {key: numbers(inner) for key, inner in value.items()}
    if isinstance(value, str) and re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+", value):
        return float(value)
    return value
