"""Scripts of others in the package are those that were locked, unchanged, with their licences named."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "kg" / "web" / "assets" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_bytes())
LOCK = json.loads((ROOT / "tools" / "vendor" / "package-lock.json").read_bytes())["packages"]
PACKAGES = {(one["name"], one["version"], one["license"]) for each in MANIFEST for one in each["packages"]}

MOST = {"sparql-editor.min.js": 500_000, "cytoscape.min.js": 500_000}


def test_every_script_is_what_the_manifest_says_and_there_is_no_other_file() -> None:
    assert {each["file"]: each["sha256"] for each in MANIFEST} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")
    }
    assert {path.name for path in VENDOR.iterdir()} == {*MOST, "manifest.json", "LICENCES.txt"}


def test_no_script_is_larger_than_it_may_be() -> None:
    assert all((VENDOR / name).stat().st_size < most for name, most in MOST.items())


def test_every_package_in_them_is_locked_at_that_version_by_its_hash() -> None:
    for name, version, licence in PACKAGES:
        locked = LOCK[f"node_modules/{name}"]
        assert (locked["version"], locked["license"]) == (version, licence)
        assert locked["integrity"].startswith("sha512-")


def test_what_is_asked_for_is_pinned_exactly() -> None:
    plain = json.loads((ROOT / "tools" / "vendor" / "package.json").read_bytes())
    assert all(
        re.fullmatch(r"\d+\.\d+\.\d+", v) for v in {**plain["dependencies"], **plain["devDependencies"]}.values()
    )
    assert set(plain["dependencies"]) <= {name for name, _, _ in PACKAGES}


def test_the_lock_names_no_host() -> None:
    assert "resolved" not in (ROOT / "tools" / "vendor" / "package-lock.json").read_text("utf-8")


def test_each_licence_is_mit_and_stands_in_full_beside_them_and_in_the_notice() -> None:
    licences = (VENDOR / "LICENCES.txt").read_text("utf-8")
    notice = (ROOT / "NOTICE").read_text("utf-8")
    for name, version, licence in PACKAGES:
        assert licence == "MIT"
        assert f"{name} {version}\n" in licences
        assert re.search(rf"^  {re.escape(name)} {re.escape(version)} +MIT$", notice, re.MULTILINE), name
    assert licences.count("Permission is hereby granted") == len(PACKAGES)


def test_no_script_names_another_host_to_load_from() -> None:
    for name in MOST:
        text = (VENDOR / name).read_text("utf-8")
        assert not re.search(r"\b(?:fetch|importScripts|XMLHttpRequest|WebSocket)\b", text), name
