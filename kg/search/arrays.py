"""Arrays by name ↔ one file, which is opened by a memory map: one descriptor for each file however many arrays it has.

The file is a line of JSON (name → type, shape, place), padded to 64 bytes, and the arrays behind it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Arrays = dict[str, "NDArray[Any]"]

_ALIGNED = 64
_NAME, _VERSION = "arrays", 1


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write *arrays*, whose types have a fixed size, to *path*; the same arrays give the same bytes."""
    import numpy as np

    listed, at = {}, 0
    for name, array in arrays.items():
        descr = array.dtype.descr if array.dtype.names else array.dtype.str
        listed[name] = {"type": descr, "shape": list(array.shape), "at": at}
        at += _padded(array.nbytes)
    head = json.dumps({_NAME: _VERSION, "bytes": at, "listed": listed}, separators=(",", ":")).encode("ascii") + b"\n"
    with path.open("wb") as file:
        file.write(head.ljust(_padded(len(head))))
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).tobytes())
            file.write(bytes(_padded(array.nbytes) - array.nbytes))


def open_arrays(path: Path) -> Arrays:
    """Return the arrays in *path*, read-only; what is not looked at stays on the disk.

    Raises:
        ValueError: the file is damaged. OSError: it cannot be opened.
    """
    import numpy as np

    mapped = np.memmap(path, np.uint8, "r")
    with path.open("rb") as file:
        line = file.readline()
    about = json.loads(line)
    whole = mapped.view(np.ndarray)[_padded(len(line)) :]
    if about[_NAME] != _VERSION or about["bytes"] != len(whole):
        raise ValueError(f"{path.name} is not whole")
    found: Arrays = {}
    for name, one in about["listed"].items():
        descr = one["type"] if isinstance(one["type"], str) else [tuple(field) for field in one["type"]]
        dtype: np.dtype[Any] = np.dtype(descr)
        count = int(np.prod(one["shape"], dtype=np.int64))
        found[name] = whole[one["at"] : one["at"] + count * dtype.itemsize].view(dtype).reshape(one["shape"])
    return found


def _padded(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED
