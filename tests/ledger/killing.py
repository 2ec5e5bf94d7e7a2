"""A place in the code, by name → a process that is killed when it comes there, as by a cut of the power."""

from __future__ import annotations

import importlib
import os
import signal
from typing import Any


def die_at(point: str, nth: int) -> None:
    """Have this process killed at its *nth* call of *point*, a function; right after it for `name+`."""
    after = point.endswith("+")
    path = point.rstrip("+").split(".")
    owner, inner = _owner(path)
    for part in inner[:-1]:
        owner = getattr(owner, part)
    name = inner[-1]
    real, left = getattr(owner, name), nth

    def deadly(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the function takes and gives
        nonlocal left
        left -= 1
        if left == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        given = real(*arguments, **named)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return given

    setattr(owner, name, deadly)


def _owner(path: list[str]) -> tuple[Any, list[str]]:
    for i in range(len(path) - 1, 0, -1):
        try:
            return importlib.import_module(".".join(path[:i])), path[i:]
        except ImportError:
            continue
    raise ImportError(".".join(path))
