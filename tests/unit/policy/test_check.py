from __future__ import annotations

import pytest

from bequest.model.errors import PolicyError
from bequest.policy import check as module
from bequest.policy.check import check_file
from bequest.policy.library import read_library
from unit.policy.policy_text import policy_text

CITED = {
    "parameters": None,
    "conditions": None,
    "screens": None,
    "classes": "[{id: a, when: always, say: x, cite: bequest-core}]",
}


def written(edition="test-2", effective="2025-01-01", **changes):
    return policy_text(**{"policy": "test/heart", "edition": edition, "effective": effective, **CITED, **changes})


@pytest.fixture
def path(tmp_path, monkeypatch):
    folder = tmp_path / "library" / "test"
    folder.mkdir(parents=True)
    (folder / "heart-1.yaml").write_text(written("test-1", "2024-01-01"), encoding="utf-8")
    (folder / "heart-2.yaml").write_text(written(), encoding="utf-8")
    monkeypatch.setattr(module, "packaged_library", lambda: read_library(tmp_path / "library"))
    return tmp_path / "mine.yaml"


def check(path, text):
    path.write_text(text, encoding="utf-8")
    return check_file(path)


def wrong(path, text):
    with pytest.raises(PolicyError) as caught:
        check(path, text)
    return caught.value.problems


def test_a_new_version_with_a_later_date_is_sound(path):
    assert check(path, written("test-3", "2025-01-02")).edition == "test-3"


def test_a_policy_of_another_name_is_sound_whatever_its_date(path):
    assert check(path, written("x-1", "1999-01-01", policy="other/heart")).name == "other/heart"


@pytest.mark.parametrize("effective", ["2024-12-31", "2025-01-01"])
def test_a_date_that_does_not_rise_is_refused(path, effective):
    assert wrong(path, written("test-3", effective)) == (
        (
            f"{path}:5: edition test-3 takes effect on {effective}, not after edition test-2 of the library "
            "(2025-01-01); dates of a policy must rise: write a later one"
        ),
    )


def test_an_earlier_date_under_the_same_edition_is_refused(path):
    assert "dates of a policy must rise" in wrong(path, written("test-2", "2024-06-01"))[0]


def test_the_mark_that_some_editors_write_first_is_no_mistake(path):
    assert check(path, "\ufeff" + written("test-3", "2025-01-02")).edition == "test-3"


def test_a_copy_of_a_version_is_no_falling_date(path):
    assert check(path, "# copied\n" + written("test-1", "2024-01-01")).edition == "test-1"


def test_a_draft_of_a_version_is_no_falling_date(path):
    assert check(path, written(title="Another title")).title == "Another title"


def test_a_file_with_a_mistake_is_refused_before_its_date_is_judged(path):
    assert wrong(path, written("test-3", "2020-01-01", order="[urgncy]")) == (
        f"{path}:8, order key 1: 'urgncy' is no column, parameter or condition; did you mean urgency?",
    )
