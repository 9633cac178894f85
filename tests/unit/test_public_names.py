"""The names a notebook uses, whatever was imported before."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bequest


def test_every_public_name_is_there() -> None:
    assert all(getattr(bequest, name) is not None for name in bequest.__all__)


def test_a_private_or_unknown_name_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'price'"):
        bequest.price  # noqa: B018  asking is the test


def test_dir_lists_the_public_names() -> None:
    assert set(bequest.__all__) <= set(dir(bequest))


@pytest.mark.parametrize("first", ["bequest.policy", "bequest.matching", "bequest.files"])
def test_the_function_policy_stays_the_function_after_its_room_was_imported(first: str) -> None:
    code = f"import bequest, {first}; print(bequest.policy('core/heart', on='2026-11-01').name)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "core/heart\n"


def test_importing_the_package_loads_no_room() -> None:
    code = "import sys, bequest; print(sorted(name for name in sys.modules if name.startswith('bequest.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
