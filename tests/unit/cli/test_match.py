from __future__ import annotations

import json
from importlib.resources import files

import pytest

KEYS = {
    "policy", "policy_hash", "status", "engine", "at", "donor", "organ", "input_digest", "inputs_digest", "digest",
    "ranked", "not_ranked",
}  # fmt: skip


def test_a_match_is_a_page_to_read(ask, match_words):
    answer = ask("match", *match_words)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Heart of donor D-0001, 2026-11-01 00:00:00 UTC\n")
    assert "synthetic: true" in answer.out


def test_a_match_as_json_has_the_stated_keys(ask, match_words):
    answer = ask("match", *match_words, "--json", "-")
    assert answer.code == 0
    assert set(answer.json()) >= KEYS


def test_every_registration_is_in_the_json_whatever_the_rows_of_the_table(ask, match_words):
    run = ask("match", *match_words, "--json", "-", "--top", "1").json()
    named = {entry["registration"] for part in ("ranked", "not_ranked") for entry in run[part]}
    assert len(named) == 300


def test_json_in_a_file_leaves_the_page_on_the_terminal(ask, match_words, tmp_path):
    answer = ask("match", *match_words, "--json", tmp_path / "run.json")
    assert answer.out.startswith("Heart of donor")
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["donor"] == "D-0001"


def test_the_table_has_as_many_rows_as_asked_for(ask, match_words):
    assert "the first 3:" in ask("match", *match_words, "--top", "3").out


@pytest.mark.jit
def test_both_evaluators_give_the_same_json(ask, match_words):
    plain = ask("match", *match_words, "--json", "-", "--evaluator", "numpy")
    assert ask("match", *match_words, "--json", "-", "--evaluator", "numba").out == plain.out


def test_the_inputs_beside_the_files_are_not_read_unasked(ask, match_words, hearts, tmp_path):
    (tmp_path / "inputs.json").write_text('{"inputs": {"balance": 3}}', encoding="utf-8")
    assert ask("match", *match_words).code == 0
    answer = ask("match", *match_words, "--inputs", tmp_path / "inputs.json")
    assert answer.code == 2
    assert answer.err == "bequest: inputs: core/heart reads no inputs; leave --inputs or inputs= out.\n"


def test_a_policy_may_be_a_file(ask, match_words, tmp_path):
    shown = ask("policy", "check", _copy(tmp_path)).out
    run = ask("match", *_with(match_words, "--policy", tmp_path / "heart.yaml"), "--json", "-").json()
    assert run["policy_hash"] in shown


def test_the_seed_of_a_lottery_is_hexadecimal(ask, match_words):
    answer = ask("match", *match_words, "--lottery-seed", "seed")
    assert answer.code == 2
    assert "--lottery-seed 'seed' is not hexadecimal" in answer.err


def test_the_seed_of_a_lottery_is_the_same_in_either_case(ask, match_words):
    upper = ask("match", *match_words, "--json", "-", "--lottery-seed", "AB12")
    assert upper.out == ask("match", *match_words, "--json", "-", "--lottery-seed", "ab12").out


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--donor", "D-9999", "no donor 'D-9999'"),
        ("--organ", "lung", "holds no registration for lung; it holds: heart"),
        ("--policy", "core/hart", "did you mean core/heart?"),
        ("--policy", "nowhere.yaml", "nowhere.yaml: the file cannot be read"),
        ("--policy", "core/heart@core-2027-1", "has no edition 'core-2027-1'"),
        ("--at", "2026-11-01", "has no time zone"),
        ("--at", "2025-11-01T00:00:00Z", "no version of 'core/heart' is in force on 2025-11-01"),
        ("--json", "/nowhere/run.json", "the result cannot be written here"),
        ("--top", "-1", "'--top'"),
    ],
)
def test_a_mistake_of_the_asker_is_one_sentence_and_code_2(ask, match_words, option, value, sentence):
    answer = ask("match", *_with(match_words, option, value))
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err
    assert answer.err.startswith("bequest: ")


def test_a_missing_folder_is_told(ask, match_words, tmp_path):
    answer = ask("match", tmp_path / "nothing", *match_words[1:])
    assert answer.code == 2
    assert "is no directory" in answer.err


def test_a_policy_for_another_organ_is_refused(ask, match_words):
    answer = ask("match", *_with(match_words, "--policy", "core/lung"))
    assert answer.code == 2
    assert "core/lung ranks the lung list, not heart" in answer.err


def test_every_wrong_row_is_a_line(ask, match_words, hearts, tmp_path):
    for name in ("registrations.csv", "donors.csv", "centres.csv"):
        (tmp_path / name).write_bytes((hearts / name).read_bytes())
    wrong = (hearts / "registrations.csv").read_text(encoding="utf-8").replace(",active,", ",actve,")
    (tmp_path / "registrations.csv").write_text(wrong, encoding="utf-8")
    answer = ask("match", tmp_path, *match_words[1:])
    assert answer.code == 2
    assert len(answer.err.splitlines()) > 10
    assert all(line.startswith("bequest: ") for line in answer.err.splitlines())


def _with(words: list[str], option: str, value: object) -> list[str]:
    place = words.index(option) if option in words else len(words)
    return [*words[:place], option, str(value), *words[place + 2 :]]


def _copy(folder):
    source = files("bequest.policies").joinpath("core", "heart-core-2026-1.yaml")
    (folder / "heart.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    return folder / "heart.yaml"


def test_a_policy_that_needs_inputs_says_all_of_them_and_where_a_population_keeps_them(ask, tmp_path):
    made = (
        "population",
        "make",
        "--country",
        "es",
        "--organ",
        "heart",
        "--candidates",
        "5",
        "--donors",
        "1",
        "--seed",
        "1",
    )
    ask(*made, "--out", tmp_path / "made")
    words = ("--donor", "D-0001", "--organ", "heart", "--policy", "es/heart", "--at", "2026-11-01T00:00:00Z")
    answer = ask("match", tmp_path / "made", *words, "--allow-unverified")

    assert answer.code != 0
    assert "es/heart needs 'national_turn'" in answer.err
    assert f"is read with --inputs {tmp_path / 'made' / 'inputs.json'}." in answer.err
    assert (
        ask(
            "match", tmp_path / "made", *words, "--allow-unverified", "--inputs", tmp_path / "made" / "inputs.json"
        ).code
        == 0
    )
