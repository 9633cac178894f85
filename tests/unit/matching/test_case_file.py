from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bequest.matching.case_file import read_cases
from bequest.model.errors import InputError

HEAD = """policy: core/kidney
at: 2026-11-01T00:00:00Z
signed_off: {by: null, on: null}
donor: {age_years: 40, blood_group: O}
candidate: {status: active, waiting_days: 10}
"""
CASE = "- {name: one, why: because, candidates: {Anna: {}}, expect: {order: [Anna]}}"


def read(tmp_path, text):
    path = tmp_path / "kidney.yaml"
    path.write_text(text, encoding="utf-8")
    return read_cases(path)


def one(tmp_path, case, head=HEAD):
    """Return the one case of a file."""
    (found,) = read(tmp_path, f"{head}cases:\n- {case}\n")
    return found


def refused(tmp_path, text):
    """Return the sentence with which a file is refused."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def test_a_case_has_what_the_file_shares_and_what_differs(tmp_path):
    case = one(
        tmp_path,
        "{name: one, why: because, donor: {age_years: null, weight_kg: 80}, inputs: {balance: 3}, lottery_seed: 'ab',"
        " candidates: {Anna: {waiting_days: 5}, Ben: null}, expect: {}}",
    )
    assert case.donor == {"age_years": None, "blood_group": "O", "weight_kg": 80}
    assert case.candidates == {
        "Anna": {"status": "active", "waiting_days": 5},
        "Ben": {"status": "active", "waiting_days": 10},
    }
    assert (case.inputs, case.lottery_seed) == ({"balance": 3}, "ab")
    assert case.at == datetime(2026, 11, 1, tzinfo=UTC)
    assert case.place == "kidney.yaml, case 1 'one'"


def test_what_a_case_leaves_out_is_empty(tmp_path):
    head = "policy: core/kidney\nat: 2026-11-01T02:00:00+02:00\n"
    case = one(tmp_path, "{name: one, why: because, candidates: null, expect: null}", head)
    assert (case.donor, dict(case.candidates), case.inputs, case.lottery_seed) == ({}, {}, None, None)
    assert (case.expect.order, case.expect.classes, case.expect.not_ranked) == ((), {}, {})
    assert case.at == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_file_may_hold_no_case_yet(tmp_path):
    assert read(tmp_path, f"{HEAD}cases: []\n") == ()


def test_what_is_expected_is_text(tmp_path):
    case = one(
        tmp_path,
        "{name: one, why: because, candidates: {Anna: {}, Ben: {}, 3: {}},"
        " expect: {order: [Anna, 3], classes: {Anna: a},"
        " points: {Anna: 1.50}, not_ranked: {Ben: {failed: [size], unknown: [], optimistic_rank: null}}}}",
    )
    assert case.expect.order == ("Anna", "3")
    assert (case.expect.classes, case.expect.points) == ({"Anna": "a"}, {"Anna": "1.5"})
    reasons = case.expect.not_ranked["Ben"]
    assert (reasons.failed, reasons.unknown, reasons.says_rank, reasons.optimistic_rank) == (("size",), (), True, None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- a\n- b\n", "kidney.yaml: expected names with values, got '['a', 'b']'"),
        ("policy: [a\n", "kidney.yaml:2: this is not readable YAML: "),
        ("policy: a\npolicy: b\n", "kidney.yaml:2: this is not readable YAML: found duplicate key"),
        ("policy: \x07\n", "kidney.yaml: this is not readable YAML: "),
        (
            f"{HEAD}casse: []\n",
            "kidney.yaml: 'casse' is not known here; use: policy, at, centres, donor",
        ),
        (HEAD, "kidney.yaml: 'cases' is missing; every case file has it"),
        ("at: 2026-11-01T00:00:00Z\ncases: []\n", "kidney.yaml: 'policy' is missing; every case file has it"),
        (
            "policy: core/kidney\nat: today\ncases: []\n",
            "'at' is 'today'; write an instant such as 2026-11-01T00:00:00Z",
        ),
        ("policy: core/kidney\nat: 2026-11-01\ncases: []\n", "'at' is '2026-11-01'; write an instant"),
        (f"{HEAD}cases: {{a: b}}\n", "kidney.yaml, cases: expected a list, got '{'a': 'b'}'"),
        (f"{HEAD}cases: [one]\n", "kidney.yaml, case 1: expected names with values, got 'one'"),
    ],
)
def test_a_wrong_file_is_told_with_place_and_remedy(tmp_path, text, sentence):
    assert refused(tmp_path, text).startswith(sentence) or sentence in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("{name: one, wy: because}", "case 1: 'wy' is not known here; use: name, why, donor, candidates, expect"),
        ("{why: because, candidates: {}, expect: {}}", "case 1: 'name' is missing; every case has it"),
        ("{name: one, candidates: {}, expect: {}}", "case 1: 'why' is missing; every case has it"),
        ("{NAMED, expect: {}}", "case 1: 'candidates' is missing; every case has it"),
        ("{NAMED, candidates: {}}", "case 1: 'expect' is missing; every case has it"),
        ("{NAMED, candidates: [Anna], expect: {}}", "'one', candidates: expected names with values"),
        (
            "{NAMED, candidates: {Anna: 3}, expect: {}}",
            "candidate Anna: expected names with values, got '3'",
        ),
        (
            "{NAMED, donor: O, candidates: {}, expect: {}}",
            "'one', donor: expected names with values, got 'O'",
        ),
        ("{NAMED, candidates: {}, expect: {}, inputs: 3}", "'one', inputs: expected names with values"),
        (
            "{NAMED, candidates: {}, expect: {}, lottery_seed: 12}",
            "read as the number 12; put it in quotes",
        ),
        ("{NAMED, candidates: {}, expect: [Anna]}", "'one', expect: expected names with values"),
        (
            "{NAMED, candidates: {}, expect: {orders: []}}",
            "expect: 'orders' is not known here; use: order",
        ),
        ("{NAMED, candidates: {Anna: {}}, expect: {order: Anna}}", "order: expected a list, got 'Anna'"),
        (
            "{NAMED, candidates: {Anna: {}}, expect: {order: [Ana]}}",
            "'Ana' is none of the candidates; use: Anna",
        ),
        (
            "{NAMED, candidates: {}, expect: {points: {Ana: 1}}}",
            "'Ana' is none of the candidates; use: nobody",
        ),
        (
            "{NAMED, candidates: {A: {}}, expect: {not_ranked: {A: {fails: []}}}}",
            "expect, A: 'fails' is not known here; use: failed, unknown, optimistic_rank",
        ),
        (
            "{NAMED, candidates: {A: {}}, expect: {not_ranked: {A: {failed: size}}}}",
            "expect, A, failed: expected a list, got 'size'",
        ),
    ],
)
def test_a_wrong_case_is_told_with_place_and_remedy(tmp_path, case, sentence):
    written = case.replace("NAMED", "name: one, why: so")
    assert sentence in refused(tmp_path, f"{HEAD}cases:\n- {written}\n")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="the file cannot be read as text"):
        read_cases(tmp_path / "nowhere.yaml")


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "kidney.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="the file cannot be read as text"):
        read_cases(tmp_path / "kidney.yaml")


def test_a_case_may_speak_of_offer_kinds_and_stages(tmp_path):
    expect = (
        "{offers: {both_kidneys: {order: [Anna], classes: {Anna: both}}}, "
        "stages: {rescue: {without: [Anna], not_listed: {Anna: {failed: [x]}}}}}"
    )
    case = one(
        tmp_path, f"{{name: one, why: because, candidates: {{Anna: {{}}}}, expect: {expect}}}".removeprefix("- ")
    )
    assert case.expect.offers["both_kidneys"].classes == {"Anna": "both"}
    assert case.expect.stages["rescue"].without == ("Anna",)
    assert case.expect.stages["rescue"].not_listed["Anna"].failed == ("x",)


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("{offers: {single: {}}}", "'single' is no offer kind beside the main list"),
        ("{offers: {both_kidneys: {order: [Zoe]}}}", "'Zoe' is none of the candidates"),
        ("{stages: {rescue: {without: [Zoe]}}}", "'Zoe' is none of the candidates"),
        ("{stages: {rescue: {points: {}}}}", "'points' is not known here"),
    ],
)
def test_a_mistake_about_offer_kinds_and_stages_is_told(tmp_path, expect, told):
    with pytest.raises(InputError, match=told):
        one(tmp_path, f"{{name: one, why: because, candidates: {{Anna: {{}}}}, expect: {expect}}}")
