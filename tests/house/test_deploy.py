"""What deploy/ holds: the script that installs without network, the service, the container, each tried by a tool."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

import kg
from kg.settings import TABLE
from tests.conftest import ROOT, Need
from tests.house.container import build_image
from tools.bundle import write_bundle, write_script

DEPLOY = ROOT / "deploy"
Ran = subprocess.CompletedProcess[str]
OFFLINE = ("unshare", "--map-root-user", "--net")
"""In front of a command: it has no network, not even the way to this machine."""


def run(*command: str | Path, folder: Path, **environment: str) -> Ran:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("HETAO_", "PYTHON", "PIP_"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**env, **environment},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )


@pytest.fixture
def alone(need: Need) -> tuple[str, ...]:
    """What is put in front of a command so that it has no network."""
    without = shutil.which("unshare") and not run(*OFFLINE, "true", folder=ROOT).returncode
    need(without, "a network namespace of one's own", "allow unprivileged user namespaces, or run as root")
    return OFFLINE


def wheel(path: Path, name: str, version: str, files: dict[str, str], *metadata: str) -> None:
    """Write a wheel as PEP 427 has it, without a list of its files."""
    info = f"{name}-{version}.dist-info"
    head = [f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}", *metadata, ""]
    with zipfile.ZipFile(path / f"{name}-{version}-py3-none-any.whl", "w") as made:
        for file, text in files.items():
            made.writestr(file.format(info=info), text)
        made.writestr(f"{info}/METADATA", "\n".join(head))
        made.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{info}/RECORD", "")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder as the archive has it, with a product of one line and its one dependency."""
    top = tmp_path / "hetao-kg"
    (top / "wheels").mkdir(parents=True)
    (top / "model" / "e5-small").mkdir(parents=True)
    (top / "model" / "e5-small" / "weights").write_text("numbers", "utf-8")
    code = {
        "tiny.py": "import os, brought\ndef main():\n    print(brought.WORD, os.environ['HETAO_MODEL'])\n",
        "{info}/entry_points.txt": "[console_scripts]\nhetao = tiny:main\n",
    }
    wheel(top / "wheels", "hetao_kg", kg.__version__, code, "Requires-Dist: brought==1.0", "Provides-Extra: ocr")
    wheel(top / "wheels", "brought", "1.0", {"brought.py": "WORD = 'brought'\n"})
    write_script(top)
    return top


def test_the_script_installs_without_network_and_keeps_what_was_there(archive: Path, alone: tuple[str, ...]) -> None:
    place = archive.parent / "opt"
    earlier = place / "0.0.1"
    earlier.mkdir(parents=True)
    done = run(*alone, "sh", archive / "install.sh", place, folder=archive.parent, PYTHON=sys.executable)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"installed: {place}/current/bin/hetao\n"
    said = run(place / "current" / "bin" / "hetao", folder=archive.parent)
    assert said.stdout == f"brought {place}/{kg.__version__}/model/e5-small\n"
    assert (place / kg.__version__ / "model" / "e5-small" / "weights").read_text("utf-8") == "numbers"
    # back to the earlier version, as docs/deploy.md has it
    assert run("ln", "-sfn", "0.0.1", place / "current", folder=archive.parent).returncode == 0
    assert (place / "current").resolve() == earlier
    again = run("sh", archive / "install.sh", place, folder=archive.parent, PYTHON=sys.executable)
    assert again.returncode == 2
    assert "is there already" in again.stderr


def _damaged(archive: Path) -> dict[str, str]:
    (archive / "model" / "e5-small" / "weights").write_text("number5", "utf-8")
    return {}


def _incomplete(archive: Path) -> dict[str, str]:
    next((archive / "wheels").glob("brought*")).unlink()
    write_script(archive)
    return {}


def _elsewhere(archive: Path) -> dict[str, str]:
    script = archive / "install.sh"
    script.write_text(script.read_text("utf-8").replace(f"machine={os.uname().machine}", "machine=mips"), "utf-8")
    return {}


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (_damaged, "the archive is damaged; copy it again"),
        pytest.param(_incomplete, "nothing was installed", marks=pytest.mark.soak),
        (_elsewhere, "this archive is for mips"),
        (lambda _: {"PYTHON": "/bin/false"}, "/bin/false is not Python"),
    ],
)
def test_where_it_cannot_install_it_says_why_and_leaves_nothing(
    spoil: Callable[[Path], dict[str, str]], line: str, archive: Path
) -> None:
    more = {"PYTHON": sys.executable} | spoil(archive)
    done = run("sh", archive / "install.sh", archive.parent / "opt", folder=archive.parent, **more)
    assert done.returncode != 0
    assert done.stderr.strip().splitlines()[-1].removeprefix("install.sh: ").startswith(line)
    assert not list((archive.parent / "opt").glob("*"))


@pytest.mark.soak
def test_the_archive_installs_and_answers_without_network(
    model_folder: Path, tmp_path: Path, alone: tuple[str, ...]
) -> None:
    made = write_bundle(tmp_path / "dist")
    assert [path.name for path in (tmp_path / "dist").iterdir()] == [made.name]
    assert run("tar", "xf", made, folder=tmp_path).returncode == 0
    (top,) = tmp_path.glob("hetao-kg-*")
    place = tmp_path / "opt"
    done = run(*alone, "sh", top / "install.sh", place, folder=tmp_path, PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    hetao, data = place / "current" / "bin" / "hetao", tmp_path / "data"
    built = run(*alone, hetao, "build", folder=tmp_path, HETAO_DATA=str(data))
    assert built.returncode == 0, built.stderr
    asked = run(*alone, hetao, "ask", "货物分线管理的具体管理办法由谁制定？", folder=tmp_path, HETAO_DATA=str(data))
    assert asked.stdout.startswith("财政部、海关总署、税务总局"), asked.stderr
    assert run(*alone, hetao, "check", folder=tmp_path, HETAO_DATA=str(data)).returncode == 0


def test_systemd_takes_the_service_and_finds_it_shut_in(need: Need, tmp_path: Path) -> None:
    need(shutil.which("systemd-analyze"), "systemd-analyze", "sudo apt-get install systemd")
    text = (DEPLOY / "hetao.service").read_text("utf-8")
    assert "ExecStart=/opt/hetao/current/bin/hetao serve" in text
    unit = tmp_path / "hetao.service"
    unit.write_text(text.replace("/opt/hetao/current/bin/hetao", "/bin/true"), "utf-8")
    checked = run("systemd-analyze", "verify", unit, folder=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    # of 100, in tenths: a service without any of these lines has 96
    rated = run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit, folder=tmp_path)
    assert rated.returncode == 0, rated.stdout[-500:]


def test_the_linters_find_nothing_in_the_container_s_steps_and_in_the_scripts() -> None:
    tools = Path(sys.executable).parent
    for command in (
        (tools / "hadolint", DEPLOY / "Dockerfile"),
        (tools / "shellcheck", DEPLOY / "install.sh", ROOT / "tests" / "parts.sh", ROOT / "tools" / "pip.sh"),
    ):
        done = run(*command, folder=ROOT)
        assert (done.returncode, done.stdout) == (0, "")


def test_pip_without_network_is_one_line_that_says_so(alone: tuple[str, ...], tmp_path: Path) -> None:
    usual = {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
    pip = (ROOT / "tools" / "pip.sh", sys.executable, "--dry-run", "--ignore-installed", "--no-deps")
    index = {"PIP_INDEX_URL": "https://me:secret@index.example/simple"}
    done = run(*alone, *pip, "torch==2.13.0", folder=tmp_path, **usual, **index)
    assert done.returncode == 1
    assert done.stderr.startswith("The package index https://index.example/simple cannot be reached")
    assert done.stderr.count("\n") == 1
    # what fails for another reason is told in pip's own words
    done = run(*pip, "--no-index", "no-such-package", folder=tmp_path, **usual)
    assert done.returncode == 1
    assert "No matching distribution found for no-such-package" in done.stderr


@pytest.mark.soak
def test_the_container_s_steps_make_a_desk_that_answers_and_is_not_root(need: Need, tmp_path: Path) -> None:
    need(shutil.which("debootstrap") and os.getuid() == 0, "debootstrap, as root", "sudo apt-get install debootstrap")
    base = tmp_path / "base"
    parts = "--include=python3,python3-venv,ca-certificates"
    made = run("debootstrap", "--variant=minbase", parts, "bookworm", base, folder=tmp_path)
    assert made.returncode == 0, made.stdout[-1000:]
    # as the image has it that the Dockerfile starts from
    (base / "usr" / "local" / "bin" / "python").symlink_to("/usr/bin/python3")
    for place in (Path("/etc/ssl/certs/ca-certificates.crt"), *_pip_folders()):
        _bring(place, base)
    image = build_image(DEPLOY / "Dockerfile", ROOT, base, tmp_path)
    assert image.user == "10001"
    assert not list((image.root / "opt" / "hetao").rglob("*.o"))
    port = free_port()
    image.env |= {"HETAO_PORT": str(port), "HETAO_HOST": "127.0.0.1"}
    with subprocess.Popen(image.command(*image.start), stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 1200
            while subprocess.run(image.command(*image.healthcheck), capture_output=True, check=False).returncode:
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < until
                time.sleep(2)
            owner = Path(f"/proc/{process.pid}/status").read_text("utf-8")
            assert "\nUid:\t10001\t10001" in owner
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/obligations?limit=1", timeout=60) as reply:
                assert json.load(reply)["total"] > 200
        finally:
            process.terminate()
    assert process.returncode == 0


def _pip_folders() -> list[Path]:
    """Folders of wheels on this machine that pip's own settings name."""
    places = os.environ.get("PIP_FIND_LINKS", "").split()
    return [Path(place) for place in places if Path(place).is_dir()]


def _bring(place: Path, root: Path) -> None:
    inside = root / str(place).lstrip("/")
    inside.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        shutil.copytree(place, inside, dirs_exist_ok=True)
    else:
        shutil.copy2(place, inside)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_composition_names_what_it_has_pins_its_images_and_holds_no_secret() -> None:
    plain = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    services = plain["services"]
    assert {"desk", "milvus", "etcd", "minio", "postgres", "virtuoso"} == set(services)
    used: dict[str, set[str]] = {"volumes": set(), "networks": set()}
    for name, service in services.items():
        image, _, tag = service["image"].rpartition(":")
        assert image, name
        assert re.search(r"\d", tag) or image == "hetao-kg", f"{name}: {service['image']} is no pinned image"
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert other in services
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|SECRET", key):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?[^}]+\}", value), f"{name}: {key} stands in the file"
        used["volumes"] |= {one.partition(":")[0] for one in service.get("volumes", [])}
        used["networks"] |= set(service["networks"])
        assert name == "desk" or "ports" not in service, f"{name} is reachable from outside"
    assert services["desk"]["ports"] == ["127.0.0.1:7860:7860"]
    for kind, names in used.items():
        assert names == set(plain[kind]), kind
    known = {one.name for one in TABLE}
    assert {key for key in services["desk"]["environment"] if key.startswith("HETAO_")} <= known
    for key, value in services["desk"]["environment"].items():
        if key.endswith(("_URL", "_URI")):
            assert urlsplit(value).hostname in services, f"{key} names no service"
    volume = services["desk"]["volumes"][0].partition(":")[2]
    assert f"HETAO_DATA={volume} " in (DEPLOY / "Dockerfile").read_text("utf-8")
