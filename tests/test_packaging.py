"""The wheel: what it carries, what it asks for, and that it runs from where it was installed."""

from __future__ import annotations

import email
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from email.message import Message
from pathlib import Path

import pytest

from core.catalogue import bundled_models

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this source tree, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    flags = ["wheel", str(ROOT), "--no-deps", "--wheel-dir", str(folder)]
    try:
        import hatchling  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        isolated: Iterable[str] = ()  # pip fetches it, as it does for anyone
    else:
        isolated = ("--no-build-isolation",)
    done = subprocess.run(
        [*pip, *flags, *isolated], capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel in it, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps",
         "--no-index", "--root-user-action", "ignore", "--target", str(folder), str(wheel)],
        capture_output=True, timeout=200, check=True,
    )
    return folder


def run(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Python that finds the installed program before the source tree."""
    return subprocess.run(
        [sys.executable, *words], cwd=installed.parent, capture_output=True, text=True,
        timeout=200, check=False, env=os.environ | {"PYTHONPATH": str(installed)},
    )


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


def test_wheel_carries_the_program_and_its_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if not name.split("/")[0].endswith("-info")}
    there = {
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "core", "resources") for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there - inside == set()
    assert {name.split("/")[0] for name in inside} == {"app", "core", "resources"}
    assert {"resources/recipes/english-gpt.json", "resources/recipes/tang-gpt.json"} <= inside
    assert "resources/i18n/zh_CN.qm" in inside  # the window reads this one, not its source
    for name in bundled_models():
        assert f"resources/models/{name}/model.safetensors" in inside


def test_wheel_asks_for_the_versions_that_the_program_was_tried_with(wheel: Path) -> None:
    told = metadata(wheel)
    needs = [need.replace(" ", "") for need in told.get_all("Requires-Dist", [])]

    def pinned(name: str) -> set[str]:
        (need,) = [need for need in needs if need.lower().startswith(name.lower())]
        return set(need[len(name):].split(","))

    assert pinned("PySide6-Essentials") == {">=6.8", "<6.12"}
    assert pinned("torch") == {">=2.6", "<2.14"}
    assert set(str(told["Requires-Python"]).replace(" ", "").split(",")) == {">=3.11", "<3.14"}
    assert told["Name"] == "headlight"
    assert any("pytest" in need and "extra==" in need.replace("'", "") for need in needs)


def test_command_is_headlight(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "headlight = app.__main__:main" in archive.read(name).decode().splitlines()


def test_installed_program_finds_its_own_resources(installed: Path) -> None:
    done = run(installed, "-c", "import core.catalogue as c; print(c.RESOURCES)")
    assert done.stdout.strip() == str(installed / "resources")
    done = run(installed, "-m", "app", "models")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == bundled_models()
    done = run(installed, "-m", "app", "--version")
    assert done.stdout.strip() == f"headlight {metadata_version(installed)}"


def metadata_version(installed: Path) -> str:
    (folder,) = installed.glob("headlight-*.dist-info")
    return folder.name.removeprefix("headlight-").removesuffix(".dist-info")


def test_installed_program_draws_in_chinese(
    installed: Path, tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.svg"
    done = run(
        installed, "-m", "app", "snapshot", "--model", str(tiny_model), "--text", "a cat",
        "--lang", "zh", "--out", str(out),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "注意力头" in out.read_text(encoding="utf-8")
