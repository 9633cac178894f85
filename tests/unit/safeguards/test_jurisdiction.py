"""The law of each country is data with a source; what nobody wrote down is not known."""

import pytest

from bequest.model.errors import InputError
from bequest.safeguards.jurisdiction import (
    Parameter,
    countries,
    jurisdiction,
    jurisdiction_from_rows,
    meanings,
    names_of,
    number_of,
    own_entries,
    permits,
    shown,
    unverified_for,
)
from bequest.safeguards.rule_text import rule_texts

INDIA, BRITAIN = jurisdiction("IN"), jurisdiction("GB")


def row(**changes):
    base = {"country": "XX", "parameter": "custody_lookback_months", "value": "12", "certainty": "D"}
    return {**base, "status": "own_design", "cite": "test", "note": "", **changes}


def test_every_parameter_has_a_meaning_and_rules_that_exist():
    assert set(meanings()) == set(Parameter)
    assert {rule for each in meanings().values() for rule in each.rules} <= set(rule_texts())


@pytest.mark.parametrize("country", countries())
def test_a_law_can_be_read_and_every_entry_has_a_source(country):
    entries = jurisdiction(country).entries
    assert entries
    assert all(entry.cite and entry.certainty in {"P", "S", "M", "D"} for entry in entries.values())
    assert all(entry.unverified == (entry.certainty == "M") for entry in entries.values())


def test_a_country_of_which_nothing_is_written_has_no_gates():
    with pytest.raises(InputError, match="The law of 'XX' is not written down"):
        jurisdiction("XX")


def test_the_rows_of_every_country_are_no_country():
    with pytest.raises(InputError, match="not written down"):
        jurisdiction("*")


def test_what_a_country_says_goes_before_what_holds_everywhere():
    assert permits(jurisdiction("BR"), Parameter.COORDINATOR_INDEPENDENT) is True
    assert permits(INDIA, Parameter.COORDINATOR_INDEPENDENT) is False


def test_what_is_not_written_down_is_not_known():
    assert number_of(INDIA, Parameter.NO_TOUCH_MINUTES) is None
    assert permits(jurisdiction_from_rows("XX", [row()]), Parameter.DEEMED_CONSENT) is None
    assert names_of(jurisdiction_from_rows("XX", [row()]), Parameter.NEUROLOGICAL_CERTIFIER_ROLES) is None


def test_the_indian_form_names_four_functions():
    assert number_of(INDIA, Parameter.NEUROLOGICAL_CERTIFIERS) == 4
    assert len(names_of(INDIA, Parameter.NEUROLOGICAL_CERTIFIER_ROLES)) == 4


@pytest.mark.parametrize("country", ["IN", "BR", "DE", "IT"])
def test_the_circulatory_pathway_is_off_unless_a_country_enables_it(country):
    assert permits(jurisdiction(country), Parameter.CIRCULATORY_PATHWAY) is False


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("custody_lookback_months", "11"), ("withdrawal_signers", "1"), ("retention_years", "29"), ("smallest_cell", "4")],
)
def test_no_country_may_ask_for_less_than_the_floor(parameter, value):
    with pytest.raises(InputError, match="a country may only ask for more"):
        jurisdiction_from_rows("XX", [row(parameter=parameter, value=value)])


def test_a_country_may_look_back_longer():
    law = jurisdiction_from_rows("XX", [row(value="60")])
    assert number_of(law, Parameter.CUSTODY_LOOKBACK_MONTHS) == 60


@pytest.mark.parametrize(("parameter", "value"), [("deemed_consent", "maybe"), ("no_touch_minutes", "five")])
def test_a_value_that_is_none_is_refused(parameter, value):
    with pytest.raises(InputError, match="is no value"):
        jurisdiction_from_rows("XX", [row(parameter=parameter, value=value)])


def test_what_is_unverified_is_named_with_its_source_for_the_rules_that_read_it():
    assert unverified_for(BRITAIN, ["DON-08"]) == (
        "neurological_interval_minutes = 0 (GB, Academy of Medical Royal Colleges, code of practice 2008, unverified)",
    )
    assert unverified_for(BRITAIN, ["DON-02"]) == ()


@pytest.mark.parametrize(
    ("country", "parameter", "words"),
    [
        ("GB", Parameter.DEEMED_CONSENT, "yes"),
        ("GB", Parameter.NO_TOUCH_MINUTES, "5"),
        ("*", Parameter.NEUROLOGICAL_CERTIFIER_ROLES, ""),
    ],
)
def test_a_value_is_shown_as_it_is_written(country, parameter, words):
    assert shown(own_entries(country)[parameter]) == words
