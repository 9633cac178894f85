"""The verb `score`."""

from __future__ import annotations

import json

import pytest

MELD = ["inr=1.8", "bilirubin_mg_per_dl=3", "creatinine_mg_per_dl=1.5"]
ROW = {"inr": 1.8, "bilirubin_mg_per_dl": 3, "creatinine_mg_per_dl": 1.5}


def file_of(tmp_path, content, name="rows.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_score_of_one_person_with_its_edition_status_and_source(ask):
    answer = ask("score", "meld-i", *MELD)
    assert answer.code == 0
    assert answer.out.startswith("meld-i@optn-2016: MELD(i)")
    assert "status  verified\n" in answer.out
    assert "\nmeld_i  21 points\n" in answer.out


def test_the_result_as_json_before_the_inputs(ask):
    told = ask("score", "meld-i", "--json", *MELD).json()
    assert (told["score"], told["edition"], told["status"]) == ("meld-i", "optn-2016", "verified")
    assert told["values"] == {"meld_i": 21}
    assert (told["unusual"], told["missing"]) == ([], [])


def test_an_unusual_input_is_flagged(ask):
    told = ask("score", "meld-i", "inr=1.8", "bilirubin_mg_per_dl=60", "creatinine_mg_per_dl=1.5").out
    assert "unusual: bilirubin_mg_per_dl = 60 mg/dL is unusual; usual are 0.1 to 40." in told


def test_a_missing_input_is_named_and_there_is_no_value(ask):
    answer = ask("score", "meld-i", "inr=1.8", "dialysis=yes")
    assert answer.code == 0
    assert "\nmeld_i  none\n" in answer.out
    assert "no score: bilirubin_mg_per_dl, creatinine_mg_per_dl missing." in answer.out


def test_whoever_is_too_young_is_told_so(ask):
    assert "This score is for candidates of 12 years and older." in ask("score", "meld-i", *MELD, "age_years=3").out


def test_an_unverified_edition_says_so_with_its_caution(ask):
    told = ask("score", "peld").out
    assert "status   unverified" in told
    assert "caution  The coefficients were seen in one reproduction only." in told


@pytest.mark.parametrize("words", [["score"], ["score", "list"], ["score", "--list"], ["score", "list", "--list"]])
def test_the_scores_are_listed_with_edition_status_and_inputs(ask, words):
    told = ask(*words).out
    assert "\npeld@cr-2023 " in told
    assert "reads inr, creatinine_umol_per_l, bilirubin_umol_per_l, sodium_mmol_per_l" in told
    assert "\nNot offered\n" in told
    assert "cpra@optn-2023  cPRA by the method since January 2023: its frequency tables are under a" in told


def test_the_list_as_json(ask):
    told = ask("score", "list", "--json").json()["scores"]
    assert {"meld-3", "kdpi", "epts"} <= {one["score"] for one in told}


def test_the_list_as_json_says_what_is_not_offered(ask):
    told = ask("score", "--list", "--json").json()["not_offered"]
    assert {(one["score"], one["edition"]) for one in told} == {("cpra", "optn-2023")}


def test_a_list_of_names_is_given_as_words(ask):
    assert "names with blanks between them, such as A1 A2" in ask("score", "cpra").out
    assert "\ncpra_percent  47.8953 %\n" in ask("score", "cpra", "unacceptable_antigens=A2").out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", "unacceptable_antigens\nA2\n"),
        ("rows.json", [{"unacceptable_antigens": ["A2"]}]),
    ],
)
def test_a_list_of_names_may_stand_in_a_file(ask, tmp_path, name, content):
    told = ask("score", "cpra", "--inputs", file_of(tmp_path, content, name), "--json").json()
    assert [one["values"]["cpra_percent"] for one in told["results"]] == [47.8953]


def test_a_score_without_inputs_shows_what_it_reads_and_gives(ask):
    told = ask("score", "kdpi").out
    assert "0.01 to 40 mg/dL, or as creatinine_umol_per_l" in told
    assert "true or false, may be left out" in told
    assert "(%)" in told


def test_a_choice_is_shown_with_its_texts_and_given_as_one(ask):
    assert "one of A, B, C, D" in ask("score", "lung-las").out
    assert ask("score", "lung-las", "age_years=50", "diagnosis_group=D").code == 0


def test_what_a_score_reads_as_json(ask):
    inputs = ask("score", "meld-i", "--json").json()["inputs"]
    assert inputs[0] == {
        "name": "bilirubin_mg_per_dl",
        "meaning": "total bilirubin",
        "required": True,
        "accepted": "0.01 to 100 mg/dL, or as bilirubin_umol_per_l",
        "other_names": ["bilirubin_umol_per_l"],
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["mled"], "There is no score 'mled'"),
        (["meld-i", "inr=99"], "'99.0' is out of range; accepted are 0.3 to 30."),
        (["meld-i", "inr=high"], "'high' is no number."),
        (["meld-i", "inr=nan"], "'nan' is no number."),
        (["meld-i", "dialysis=perhaps"], "'perhaps' is neither true nor false."),
        (["meld-i", "height=5"], "it has no input 'height'"),
        (["meld-i", "inr"], "'inr' is no input; write NAME=VALUE"),
        (["meld-i", "inr=1", "inr=2"], "'inr' is given twice"),
        (["list", "inr=1"], "Inputs were given, and no score"),
        (["--list", "meld-i"], "--list shows every score, and 'meld-i' names one"),
        (["cpra@optn-2023"], "'cpra@optn-2023' is not offered: its frequency tables are under a licence"),
        (["meld-i", "inr=1", "--inputs", "file.csv"], "--inputs and KEY=VALUE were both given"),
        (["meld-i", "--inputs", "none.csv"], "none.csv: the file cannot be read"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(ask, words, told):
    answer = ask("score", *words)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_each_row_of_a_json_file_is_scored(ask, tmp_path):
    path = file_of(tmp_path, [ROW, ROW | {"inr": None}, ROW | {"dialysis": True}])
    told = ask("score", "meld-i", "--inputs", path, "--json").json()
    assert [one["values"]["meld_i"] for one in told["results"]] == [21, None, 30]
    assert told["results"][1] == {
        "row": 2,
        "values": {"meld_i": None},
        "unusual": [],
        "missing": ["inr"],
        "outside": "",
    }


def test_each_row_of_a_csv_file_is_scored_and_an_empty_cell_is_missing(ask, tmp_path):
    content = "\ufeffinr,bilirubin_mg_per_dl,creatinine_mg_per_dl,dialysis\n1.8,3,1.5,\n\n1.8,3,1.5,true\n1.8,3,,no\n"
    told = ask("score", "meld-i", "--inputs", file_of(tmp_path, content, "rows.csv")).out
    assert "row  meld_i\n  1      21\n  2      30\n  3    none\n    no score: creatinine_mg_per_dl missing.\n" in told


def test_every_wrong_row_is_told_at_once_and_nothing_is_shown(ask, tmp_path):
    answer = ask("score", "meld-i", "--inputs", file_of(tmp_path, [ROW, ROW | {"inr": 99}, {"luck": 1}]))
    assert (answer.code, answer.out) == (2, "")
    assert "row 2: score meld-i, input 'inr': '99' is out of range" in answer.err
    assert "row 3: score meld-i: it has no input 'luck'" in answer.err


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rows.json", "{", "this is no JSON (line 1"),
        ("rows.json", "[" * 100_000, "this is no JSON (nested too deeply)"),
        ("rows.json", '[{"inr": 1, "inr": 2}]', "an input stands twice in one table"),
        ("rows.json", '[{"inr": NaN}]', "NaN is no number"),
        ("rows.json", "{}", "expected a list of tables"),
        ("rows.json", "[1]", "row 1 is no table of inputs by name"),
        ("rows.json", '[{"inr": ' + "9" * 5000 + "}]", "a number has 5000 digits, and no input has more than 20"),
        ("rows.json", '[{"inr": 1e999}]', "row 1: score meld-i, input 'inr': 'inf' is no number"),
        ("rows.csv", 'inr\n"1.2\n', "the file is no CSV (unexpected end of data)"),
        ("rows.csv", "inr\n" + "1" * 200_000, "the file is no CSV (field larger than field limit"),
        ("rows.json", "[]", "the file holds no row"),
        ("rows.csv", "", "the file holds no row"),
        ("rows.csv", "inr,inr\n1,2\n", "a column stands twice"),
        ("rows.csv", "inr\n1,2\n", "row 1 has another number of cells"),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(ask, tmp_path, name, content, told):
    answer = ask("score", "meld-i", "--inputs", file_of(tmp_path, content, name))
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_a_file_that_is_no_text_is_told_so(ask, tmp_path):
    (tmp_path / "rows.csv").write_bytes(b"\xff\xfe\xfa")
    assert "the file is not UTF-8 text" in ask("score", "meld-i", "--inputs", tmp_path / "rows.csv").err


def test_an_endless_file_of_inputs_is_not_read(ask):
    assert "/dev/zero: this is no plain file" in ask("score", "meld-i", "--inputs", "/dev/zero").err
