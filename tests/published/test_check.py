"""The check of published values: what agrees, what is explained, and what a bad file is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import check  # noqa: E402  the check is a script beside this test, and its adapters are found from its folder

FILES = {
    "us/meld3.json": "14/14 (explained 0)",
    "us/meldna.json": "9/10 (explained 1)",
    "us/peld.json": "8/8 (explained 0)",
    "us/kdpi.json": "13/13 (explained 0)",
    "us/epts.json": "10/10 (explained 0)",
    "us/kidney_points.json": "10/10 (explained 0)",
    "hla_mismatch.json": "100/100 (explained 0)",
    "vpra_crossmatch.json": "409/410 (explained 1)",
}


def written(tmp_path, content, name="file.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def changed(name, **row):
    """Return a published file with fields of its first row replaced."""
    content = json.loads((HERE / "data" / name).read_text(encoding="utf-8"))
    section = "examples" if "examples" in content else "cases"
    content[section][0] |= row
    return content


@pytest.mark.parametrize(("name", "told"), FILES.items())
def test_a_published_file_agrees_or_is_explained(name, told, capsys):
    path = str(HERE / "data" / name)
    assert check.main([path]) == 0
    assert capsys.readouterr().out.startswith(f"{path}: {told}\n")


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("us/meld3.json", {"expected": 7}),
        ("us/meldna.json", {"expected": None}),
        ("us/peld.json", {"raw": 18.6777}),
        ("us/kdpi.json", {"expected_kdpi": 84}),
        ("us/epts.json", {"top20": False}),
        ("us/kidney_points.json", {"expected_points": 3.000001}),
        ("hla_mismatch.json", {"mm_a_broad": 2}),
        ("vpra_crossmatch.json", {"vpra": 0.5}),
        ("vpra_crossmatch.json", {"expanded": ["A1"]}),
    ],
)
def test_a_value_that_is_not_ours_is_an_unexplained_difference(tmp_path, capsys, name, row):
    assert check.main([written(tmp_path, changed(name, **row))]) == 1
    told = capsys.readouterr().out
    (field,) = row
    assert f"{field}: expected " in told
    assert "inputs {" in told


def test_an_input_that_is_refused_is_a_difference_with_the_reason(tmp_path, capsys):
    inputs = {"bili": 500, "inr": 1, "cr": 1, "na": 137}
    assert check.main([written(tmp_path, changed("us/meldna.json", inputs=inputs))]) == 1
    assert "refused: score meld-i, input 'bilirubin_mg_per_dl': '500' is out of range" in capsys.readouterr().out


def test_a_child_whom_the_policy_does_not_rank_has_no_points(tmp_path, capsys):
    assert check.main([written(tmp_path, changed("us/kidney_points.json", inputs={"age": 8, "kdpi": 90}))]) == 1
    assert "expected_points: expected 3.0, got null" in capsys.readouterr().out


def test_a_crossmatch_that_no_broad_antigen_explains_is_a_finding(tmp_path):
    content = json.loads((HERE / "data" / "vpra_crossmatch.json").read_text(encoding="utf-8"))
    case = content["cases"][0]
    case["incompatible_first40"] = [1 - value for value in case["incompatible_first40"]]
    assert check.main([written(tmp_path, content)]) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "the file is no JSON"),
        ("[" * 100_000, "the file is nested too deeply"),
        ("[1]", "the file holds no table"),
        ('{"score": NaN}', "NaN is no number"),
        ('{"score": 1e9999999999999999999}', "the file is no JSON"),
        ({"score": "Luck"}, "this shape of file is not known here"),
        ({"score": 5, "cases": "none"}, "this shape of file is not known here"),
        ({"cases": []}, "this shape of file is not known here"),
        ({"score": "EPTS"}, "'examples' is no list of rows"),
        ({"score": "EPTS", "examples": [1]}, "row 0 of 'examples' is no table"),
        (changed("us/epts.json", inputs=5), "row epts-01 has no table 'inputs'"),
        (changed("us/epts.json", inputs={"luck": 1}), "row epts-01 has an input 'luck'"),
        (changed("us/epts.json", inputs={"age": "old"}), "row epts-01, 'age': old is no number"),
        (changed("us/epts.json", expected_raw="much"), "row epts-01, 'expected_raw': much is no number"),
        (changed("us/epts.json", mapping="none.csv"), "There is no score 'epts@none.csv'"),
        ({"score": "EPTS", "examples": [{"inputs": {}}]}, "row 0 states no expected value"),
        (changed("us/kidney_points.json", inputs=5), "row kidney_points-01 has no table 'inputs'"),
        (changed("us/kidney_points.json", inputs={"luck": 1}), "row kidney_points-01 has an input 'luck'"),
        (changed("us/kidney_points.json", inputs={"nm": "far"}), "row kidney_points-01: "),
        (changed("hla_mismatch.json", donor=5), "row 0 has no text 'donor'"),
        (changed("hla_mismatch.json", donor="A9999"), "row 0: "),
        (changed("hla_mismatch.json", mm_a_broad="two"), "row 0 has no number 'mm_a_broad'"),
        (changed("vpra_crossmatch.json", incompatible_first40=[2]), "is no list of 0 and 1"),
        (changed("vpra_crossmatch.json", unacceptable="A9999"), "row 0: "),
        (changed("vpra_crossmatch.json") | {"pool": 5}, "'pool' is no list of texts"),
        (changed("vpra_crossmatch.json") | {"pool": ["A9999"]}, "'pool': "),
    ],
    ids=range(26),
)
def test_a_bad_file_is_told_in_a_sentence(tmp_path, capsys, content, told):
    assert check.main([written(tmp_path, content)]) == 2
    assert told in capsys.readouterr().err


def test_a_bad_file_does_not_keep_the_others_from_being_compared(tmp_path, capsys):
    good = str(HERE / "data" / "us" / "epts.json")
    assert check.main([str(tmp_path / "none.json"), str(tmp_path), written(tmp_path, "{"), good]) == 2
    assert f"{good}: 10/10" in capsys.readouterr().out


def test_a_file_that_is_no_text_is_told_so(tmp_path, capsys):
    (tmp_path / "file.json").write_bytes(b"\xff\xfe\xfa")
    assert check.main([str(tmp_path / "file.json")]) == 2
    assert "the file is not UTF-8 text" in capsys.readouterr().err


def test_a_class_without_a_reason_explains_nothing():
    assert check.known_differences("# Page\n\n## one\n\nBecause.\n\n## two\n\n## three\n\nSo.\n") == {
        "one": "Because.",
        "three": "So.",
    }


def test_the_check_is_a_script_and_without_a_path_says_how_it_is_called():
    ran = subprocess.run([sys.executable, HERE / "check.py"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("usage: ")
