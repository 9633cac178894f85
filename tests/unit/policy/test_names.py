from __future__ import annotations

import pytest

from bequest.model.column import Column, Kind, Table
from bequest.model.columns import candidate_column, column
from bequest.model.enums import Organ
from bequest.policy import names as module
from bequest.policy.expression import Constant
from bequest.policy.names import allowed_names, forbidden_input, forbidden_word
from bequest.policy.policy import InputDeclaration
from unit.policy.policy_text import names, refusal


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("urgncy == 1", "'urgncy' is no column, parameter or condition; did you mean urgency?"),
        ("donor.ag_years < 3", "'donor.ag_years' is no column, parameter or condition; did you mean donor.age_years?"),
        ("cause_of_death == 'x'", "'cause_of_death' is no column, parameter or condition; did you mean donor.cause_of"),
        ("donor.urgency == 1", "'donor.urgency' is no column, parameter or condition; did you mean urgency?"),
        ("qqqq == 1", "'qqqq' is no column, parameter or condition; the data dictionary lists every name"),
        ("input.qqqq == 1", "'input.qqqq' is no column, parameter or condition; the data dictionary lists every name"),
        ("sex == 'male'", "'sex' is read by cited clinical scores only, and by no policy; name the score"),
        ("donor.sex == 'male'", "'donor.sex' is read by cited clinical scores only, and by no policy; name the score"),
        ("insurer == 'x'", "'insurer' stands for ability to pay, which no policy may read; remove it"),
        ("ability_paid == 1", "'ability_paid' stands for ability to pay, which no policy may read; remove it"),
        ("race == 'x'", "'race' stands for race or ethnicity, which no policy may read; remove it"),
        ("religion == 'x'", "'religion' stands for religion, which no policy may read; remove it"),
        ("party_member", "'party_member' stands for political belief, which no policy may read; remove it"),
        ("rank_in_office == 1", "'rank_in_office' stands for social status, which no policy may read; remove it"),
        (
            "donor.custody_result == 'clear'",
            "'donor.custody_result' stands for custody, which no policy may read; remo",
        ),
        ("input.payer == 1", "'input.payer' stands for ability to pay, which no policy may read; remove it"),
        ("meld > 20", "'meld' is a column of the lists liver, liver-intestine, not of heart; remove it"),
        ("centre == 'x'", "and no policy reads it as it is; read a factor computed from it:"),
        ("donor.hospital == 'x'", "and no policy reads it as it is; read a factor computed from it: distance_km"),
        ("donor.consent_basis == 'x'", "and no policy reads it as it is; remove it"),
    ],
)
def test_a_name_no_policy_may_read_is_refused_with_a_sentence(text, sentence):
    assert sentence in refusal(text)


def test_a_date_is_not_read_even_where_the_dictionary_does_not_forbid_it():
    dates = [entry for entry in allowed_names(names()) if getattr(candidate_column(entry), "kind", None) is Kind.DATE]
    assert dates == []


def test_without_an_organ_no_column_is_judged_by_it():
    assert "meld" in allowed_names(names(None))
    assert "meld" not in allowed_names(names(Organ.HEART))


def test_declared_names_are_allowed_names():
    declared = names(
        parameters={"limit": None},
        inputs={"balance": InputDeclaration("balance", candidate_column("urgency"), None, None, "", (), None, None)},
        conditions={"near": Constant(True)},
    )
    assert {"limit", "near", "input.balance"} <= set(allowed_names(declared))


def test_forbidden_words_are_found_between_underscores_and_hyphens_only():
    assert forbidden_word("donor-race-group") == "race"
    assert forbidden_word("trace_level") is None


def made_from(*inputs):
    return Column(Table.FACTOR, "score", Kind.WHOLE, "a score", "a paper", inputs=inputs)


def test_a_factor_made_from_a_forbidden_input_is_refused():
    assert forbidden_input(made_from("registration.born_on", "registration.ethnicity")) == (
        "'score' is computed from 'registration.ethnicity', which stands for race or ethnicity; no policy may read it; "
        "remove it"
    )


def test_a_clinical_score_may_read_sex():
    assert forbidden_input(made_from("registration.sex")) is None


def test_a_rule_that_reads_such_a_factor_is_refused(monkeypatch):
    monkeypatch.setattr(module, "candidate_column", lambda _name: made_from("donor.custody_result"))
    assert refusal("score > 1").startswith("'score' is computed from 'donor.custody_result', which stands for custody")


def test_the_dictionary_itself_holds_no_factor_made_from_a_forbidden_input():
    assert [name for name in allowed_names(names()) if forbidden_input(candidate_column(name) or column_of(name))] == []


def column_of(name):
    return column(Table.DONOR, name.removeprefix("donor."))
