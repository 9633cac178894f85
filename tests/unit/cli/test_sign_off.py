"""Who signed off a file of golden cases."""

from __future__ import annotations

import pytest

from bequest.cli.sign_off import signed_off
from bequest.model.errors import InputError


@pytest.fixture
def file(tmp_path):
    def written(line: str):
        path = tmp_path / "heart.yaml"
        path.write_text(f"policy: core/heart\n{line}\n", encoding="utf-8")
        return path

    return written


@pytest.mark.parametrize("line", ["", "signed_off:", "signed_off: {by: null, on: null}", "signed_off: {}"])
def test_nobody_has_signed(file, line):
    assert signed_off(file(line)) is None


def test_a_signature_has_a_name_and_a_day(file):
    assert signed_off(file("signed_off: {by: Dr. A. Invented, on: 2026-11-01}")) == "Dr. A. Invented on 2026-11-01"


@pytest.mark.parametrize(
    "line",
    [
        "signed_off: yes",
        "signed_off: {by: Dr. A}",
        "signed_off: {on: 2026-11-01}",
        "signed_off: {by: 3, on: 2026-11-01}",
        "signed_off: {by: ' ', on: 2026-11-01}",
        "signed_off: {by: Dr. A, on: soon}",
        "signed_off: {by: Dr. A, on: 2026-11-01, as: surgeon}",
        "signed_off: {as: surgeon}",
    ],
)
def test_half_a_signature_is_refused(file, line):
    with pytest.raises(InputError, match=r"'signed_off' names nobody and no day; write \{by: NAME, on: 2026-11-01\}"):
        signed_off(file(line))
