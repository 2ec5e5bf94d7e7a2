"""A Dockerfile and an empty Debian → the image's files and how it starts, without an engine: in a chroot."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

PASSED_ON = ("PIP_", "SSL_", "http_proxy", "https_proxy", "no_proxy")
"""How variables of this machine begin that a step needs to reach the package index."""


@dataclass
class Stage:
    """What the steps so far have made: the files below `root`, and with what a process starts in them."""

    root: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"})
    user: str = "0"
    workdir: str = "/"
    start: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def command(self, *command: str, **environment: str) -> list[str]:
        """Return the command line that runs *command* in it, as its user."""
        env = [f"{name}={value}" for name, value in (self.env | environment).items()]
        inside = ["/bin/sh", "-c", f'cd {shlex.quote(self.workdir)} && exec "$@"', "sh", *command]
        mount = ["unshare", "--mount", "sh", "-c", 'mount -t proc proc "$0/proc" && exec "$@"', str(self.root)]
        chroot = ["chroot", f"--userspec={self.user}:{self.user}", str(self.root)]
        return [*mount, *chroot, "/usr/bin/env", "-i", *env, *inside]


def build_image(dockerfile: Path, context: Path, base: Path, folder: Path) -> Stage:
    """Return the last stage of *dockerfile*, made below *folder*; every image it starts from is *base*."""
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    text = re.sub(r"^#.*\n", "", dockerfile.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    for line in filter(str.strip, text.splitlines()):
        word, rest = line.strip().split(None, 1)
        match word:
            case "FROM":
                name = rest.split()[2] if " AS " in rest else str(len(stages))
                stage = stages[name] = Stage(folder / name)
                subprocess.run(["cp", "-a", str(base), str(stage.root)], check=True)
            case "RUN":
                known = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
                subprocess.run(stage.command("/bin/sh", "-c", rest, **known), check=True)
            case "COPY":
                _copy(shlex.split(rest), stage, stages, context)
            case "ENV":
                pairs = dict(pair.split("=", 1) for pair in shlex.split(rest))
                stage.env |= {name: value.replace("$PATH", stage.env["PATH"]) for name, value in pairs.items()}
            case "WORKDIR":
                stage.workdir = rest
                _inside(stage, rest).mkdir(parents=True, exist_ok=True)
            case "USER":
                stage.user = rest
            case "CMD":
                stage.start = json.loads(rest)
            case "HEALTHCHECK":
                stage.healthcheck = json.loads(rest.partition("CMD")[2])
            case "EXPOSE" | "VOLUME":
                pass
            case _:
                raise ValueError(f"{word} is a step that is not known here")
    return stage


def _copy(words: list[str], stage: Stage, stages: dict[str, Stage], context: Path) -> None:
    origin = context
    if words[0].startswith("--from="):
        origin = stages[words.pop(0).removeprefix("--from=")].root
    *sources, target = words
    for source in sources:
        found = origin / source.lstrip("/")
        place = _inside(stage, target)
        if found.is_dir():
            shutil.copytree(found, place, symlinks=True, dirs_exist_ok=True)
        else:
            place = place / found.name if target.endswith("/") else place
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(found, place)


def _inside(stage: Stage, path: str) -> Path:
    return stage.root / str(Path(stage.workdir) / path).lstrip("/")
