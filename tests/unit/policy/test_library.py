from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bequest.model.errors import PolicyError
from bequest.policy import library
from bequest.policy.library import effective_line, load_file, names, policy, read_library, versions
from unit.policy.policy_text import policy_text

CITED = {
    "parameters": None,
    "conditions": None,
    "screens": None,
    "classes": "[{id: a, when: always, say: x, cite: bequest-core}]",
}


def version(edition, effective, name="test/heart"):
    return policy_text(policy=name, edition=edition, effective=effective, **CITED)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "test"
    folder.mkdir()
    (tmp_path / "README.md").write_text("no policy", encoding="utf-8")
    (folder / "notes.txt").write_text("no policy", encoding="utf-8")
    (folder / "heart-1-9.yaml").write_text(version("test-1.9", "2024-01-01"), encoding="utf-8")
    (folder / "heart-1-10.yaml").write_text(version("test-1.10", "2025-01-01"), encoding="utf-8")
    (folder / "lung.yml").write_text(version("test-1", "2026-01-01", "test/lung"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def shelf(root, monkeypatch):
    monkeypatch.setattr(library, "packaged_library", lambda: read_library(root))


def wrong(*arguments, **keywords):
    with pytest.raises(PolicyError) as caught:
        policy(*arguments, **keywords)
    return str(caught.value)


def test_versions_are_found_by_name_and_ordered_by_edition(root):
    read = read_library(root)
    assert {name: [entry.edition for entry in each] for name, each in read.items()} == {
        "test/heart": ["test-1.9", "test-1.10"],
        "test/lung": ["test-1"],
    }
    assert read["test/heart"][0].place == "test/heart-1-9.yaml"


@pytest.mark.parametrize("effective", ["2023-12-31", "2024-01-01"])
def test_falling_and_equal_dates_are_refused(root, effective):
    (root / "test" / "heart-1-10.yaml").write_text(version("test-1.10", effective), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_library(root)
    assert caught.value.problems == (
        (
            f"test/heart-1-10.yaml:5: edition test-1.10 takes effect on {effective}, not after edition test-1.9 "
            "(2024-01-01, test/heart-1-9.yaml); dates of a policy must rise: correct one"
        ),
    )


@pytest.mark.parametrize("effective", ["soon", "'2026-02-30'"])
def test_a_file_of_the_library_without_its_three_lines_is_refused(root, effective):
    (root / "test" / "lung.yml").write_text(version("test-1", effective, "test/lung"), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"test/lung\.yml: a file of the library needs the lines `policy:`"):
        read_library(root)


def test_a_file_of_the_library_without_a_name_is_refused(root):
    (root / "test" / "lung.yml").write_text("effective: 2026-01-01\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="needs the lines `policy:`"):
        read_library(root)


@pytest.mark.parametrize(
    ("on", "edition"),
    [
        (None, "test-1.10"),
        ("2024-12-31", "test-1.9"),
        ("2025-01-01", "test-1.10"),
        (date(2024, 6, 1), "test-1.9"),
        (datetime(2024, 12, 31, 23, tzinfo=UTC), "test-1.9"),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_the_version_in_force_on_a_day_is_found(on, edition):
    assert policy("test/heart", on=on).edition == edition


@pytest.mark.usefixtures("shelf")
def test_an_edition_is_found_by_its_label():
    assert policy("test/heart@test-1.9").effective == date(2024, 1, 1)


@pytest.mark.usefixtures("shelf")
def test_names_are_sorted_and_versions_come_oldest_first():
    assert names() == ("test/heart", "test/lung")
    assert [entry.edition for entry in versions("test/heart")] == ["test-1.9", "test-1.10"]


@pytest.mark.parametrize(
    ("name", "on", "sentence"),
    [
        ("test/hart", None, "no policy of the library is called 'test/hart'; did you mean test/heart?"),
        ("zzz", None, "no policy of the library is called 'zzz'; the library holds test/heart, test/lung"),
        ("test/heart", "2023-12-31", "no version of 'test/heart' is in force on 2023-12-31; the first takes effect on"),
        ("test/heart", "31.12.2025", "'31.12.2025' is no date; write it as 2026-01-31"),
        ("test/heart", 3, "'3' is no date; write it as 2026-01-31"),
        ("test/heart@test-1.8", None, "'test/heart' has no edition 'test-1.8'; did you mean test-1.9?"),
        ("test/heart@zzz", None, "'test/heart' has no edition 'zzz'; the last is test-1.10"),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_what_the_library_does_not_hold_is_told(name, on, sentence):
    assert wrong(name, on=on).startswith(sentence)


@pytest.mark.usefixtures("shelf")
def test_an_instant_without_a_zone_names_no_day():
    naive = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    assert "has no time zone; give it in UTC, or give a date" in wrong("test/heart", on=naive)


def test_an_empty_library_says_so(monkeypatch):
    monkeypatch.setattr(library, "packaged_library", dict)
    assert wrong("test/heart") == "no policy of the library is called 'test/heart'; the library holds none yet"


def test_a_file_is_read_from_its_path_whatever_its_date(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(version("mine-1", "2099-01-01"), encoding="utf-8")
    assert policy(path, on="2020-01-01").edition == "mine-1"
    assert policy(str(path)).place == str(path)


def test_a_file_may_cite_the_sources_beside_it(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(policy_text(classes="[{id: a, when: always, say: x, cite: core}]", screens=None, conditions=None,
                                parameters=None), encoding="utf-8")  # fmt: skip
    beside = tmp_path / "sources.yaml"
    beside.write_text("core: {title: t, issuer: i, date: 2026, certainty: own}", encoding="utf-8")
    assert load_file(path).sequences[0].listings[0].classes[0].cite[0].key == "core"


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    assert wrong(tmp_path / "none.yaml").endswith(
        "none.yaml: the file cannot be read (No such file or directory); check the path"
    )


def test_a_file_that_is_no_utf8_is_told(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"title: \xff\xfe")
    assert wrong(path) == f"{path}: the file is not UTF-8 text; save it as UTF-8"


def test_an_endless_file_is_refused_before_it_is_read():
    assert wrong(Path("/dev/zero")) == "/dev/zero: this is no plain file; name the file of a policy"


def test_a_long_file_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("#" * 2_000_001, encoding="utf-8")
    assert wrong(path).startswith(f"{path}: the file is longer than 2000000 characters")


def test_a_file_may_begin_with_the_mark_that_some_editors_write(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(version("mine-1", "2026-01-01"), encoding="utf-8-sig")
    assert policy(path).edition == "mine-1"


def test_the_line_of_the_date_is_found():
    assert effective_line(version("a-1", "2026-01-01")) == 5
    assert effective_line("{effective: 2026-01-01}") == 1


def test_every_version_of_the_library_loads_and_says_what_its_first_lines_say():
    entries = [entry for name in names() for entry in versions(name)]
    loaded = [library.loaded(entry) for entry in entries]
    assert [(entry.name, entry.edition, entry.effective) for entry in entries] == [
        (each.name, each.edition, each.effective) for each in loaded
    ]
