"""Params: the file params.yaml, and overrides for one run."""

from pathlib import Path

import yaml

FILE = Path(__file__).with_name("params.yaml")


def read(overrides=()):
    """Return the params as a dict. Each override is "key=value", the value in YAML; an unknown key is an error."""
    params = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for override in overrides:
        key, separator, value = override.partition("=")
        if not separator or key not in params:
            known = ", ".join(params)
            raise SystemExit(f"--set {override}: write key=value with a key of {FILE.name} ({known}).")
        params[key] = yaml.safe_load(value)
    return params
