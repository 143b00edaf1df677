"""A lock on an open file that the operating system takes back when its process dies, however it dies."""

from __future__ import annotations

import sys
from typing import IO, Any

# Windows locks ranges of bytes for reading, too: a byte far behind any content disturbs nobody.
_FAR = 1 << 40


def try_lock(file: "IO[Any]") -> bool:
    """False when another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            position = file.tell()
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(position)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False
