"""`python -m bench.index DATA FOLDER MODEL EXPORTS`: the build in DATA → its search index in FOLDER.

A command of its own, so that the memory it takes is free again when rankings are measured.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kg.builds import load_build
from kg.search.store import build_index

if __name__ == "__main__":
    data, folder, model, exports = map(Path, sys.argv[1:])
    about = build_index(load_build(data).records, folder, model, exports=exports)
    if about["notes"]:
        sys.exit(" ".join(about["notes"]))
