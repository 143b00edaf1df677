"""Logs training runs to Benchmate. Start with :func:`run`; the standard library is all it needs."""

from .run import Run, run

__all__ = ["Run", "run"]
__version__ = "0.1.0"
