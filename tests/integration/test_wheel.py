"""Builds the wheel, installs it into a clean environment from the lock, and runs it there."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "src" / "bequest"
SHIPPED = sorted(
    f"bequest/{path.relative_to(PACKAGE).as_posix()}"
    for path in PACKAGE.rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=TOP, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def clean_python(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", TOP / "requirements.lock"], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    return python


@pytest.mark.full
def test_the_wheel_holds_every_file_of_the_package(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert set(SHIPPED) <= set(archive.namelist())


@pytest.mark.full
def test_the_wheel_holds_the_licences(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = "\n".join(archive.namelist())
    assert "licenses/LICENSE\n" in names
    assert "licenses/NOTICE" in names
    assert "licenses/LICENSES/CC-BY-4.0.txt" in names


@pytest.mark.full
@pytest.mark.timeout(600)
def test_the_installed_wheel_ranks_a_demo_heart(clean_python, tmp_path):
    bequest = clean_python.parent / "bequest"
    made = f"population make --country demo --organ heart --candidates 50 --donors 2 --seed 1 --out {tmp_path / 'demo'}"
    subprocess.run([bequest, *made.split()], cwd=tmp_path, check=True)
    asked = f"match {tmp_path / 'demo'} --donor D-0001 --organ heart --policy core/heart --at 2026-11-01T00:00:00Z"
    done = subprocess.run(
        [bequest, *asked.split()], cwd=tmp_path, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    assert "R-0000" in done.stdout


@pytest.mark.full
@pytest.mark.timeout(600)
def test_the_installed_wheel_plays_a_year_and_verifies_it(clean_python, tmp_path):
    bequest = clean_python.parent / "bequest"
    for words in (
        "demo-year --out year --candidates 20 --donors 3 --days 10",
        "bundle make year --out year.zip",
        "verify year.zip --trust year/trust.policy --full",
    ):
        done = subprocess.run([bequest, *words.split()], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "Shows: records unaltered, ranking follows policy." in done.stdout
