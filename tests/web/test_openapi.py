"""The routes against their own description: requests that schemathesis makes up from `/openapi.json`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
)
"""All but that every request outside the schema is refused: a form sends the fields that nobody filled in as well, and
empty values are left out of account.
"""


def test_requests_made_up_from_the_schema_find_nothing_wrong(address: str, tier: str, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    # one request for each route, or every value at the edge of what is allowed and many drawn at random
    how = ["examples,coverage,fuzzing", "--max-time", "1200"] if tier == "soak" else ["fuzzing", "--max-examples", "1"]
    told = subprocess.run(
        [
            program, "run", f"{address}/openapi.json", "--phases", *how, "--seed", "7", "--no-color",
            "--checks", ",".join(CHECKS), "--continue-on-failure",
            "--request-timeout", "60", "--warnings", "off",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=1600, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-6000:]
    tested = re.search(r"Selected: (\d+)/\1\s+Tested: \1", told.stdout)
    assert tested, told.stdout[-2000:]
    assert int(tested[1]) >= 9
    made = re.search(r"(\d+) generated", told.stdout)
    assert made, told.stdout[-2000:]
    assert int(made[1]) > (300 if tier == "soak" else 0)
