"""A result reaches a registration when two people typed the same, unseen, or somebody signs for a machine's file."""

import pytest

from bequest.model.errors import InputError
from bequest.registry.listings import Change, change_registration
from bequest.registry.models import Event, ResultEntry
from bequest.registry.refusal import GateRefusedError
from bequest.registry.results import (
    Typed,
    TypedAgain,
    Uploaded,
    by_locus,
    confirm_result,
    differing_loci,
    enter_result,
    upload_result,
)
from bequest.registry.rows import needed
from bequest.registry.secrecy import event_fields
from list_cases import NAME, now
from registry_offices import ask, kinds

TYPING = "A1 A24 B8 B44 DR17 DR4"


def entered(office, result=TYPING, analysis="hla_typing", actor="osei"):
    return enter_result(office, ask(actor), Typed(NAME, analysis, result))


def confirmed(office, entry, result=TYPING, actor="ines"):
    return confirm_result(office, ask(actor), TypedAgain(entry.event_id, result))


def test_one_entry_changes_nothing_and_shows_nothing(office):
    before = now(office)
    entry = entered(office)
    row = needed(office.using, ResultEntry, "", event_id=entry.event_id)
    assert now(office) == before
    assert b"DR17" not in bytes(row.sealed)
    with pytest.raises(InputError, match="Nobody has typed"):
        differing_loci(office.using, entry.event_id)


def test_two_equal_entries_reach_the_registration_whatever_their_order_and_spelling(office):
    entry = entered(office)
    done = confirmed(office, entry, "dr4 HLA-A1 A24 B44 B8 DR17")
    assert now(office)["hla"] == TYPING
    assert differing_loci(office.using, entry.event_id) == ()
    assert event_fields(office, needed(office.using, Event, "", id=done.event_id))["entered"] == entry.index


def test_a_difference_is_told_by_locus_and_nothing_is_taken_over(office):
    before, entry = now(office), entered(office)
    done = confirmed(office, entry, "A1 A24 B8 B45 DR17 DR7")
    assert differing_loci(office.using, entry.event_id) == ("B", "DR")
    assert now(office) == before
    assert event_fields(office, needed(office.using, Event, "", id=done.event_id))["loci"] == ["b", "dr"]
    assert kinds(office)[-2:] == ["result.entered", "result.differed"]
    with pytest.raises(InputError, match="enter the result anew"):
        confirmed(office, entry)


def test_antibodies_are_entered_twice_as_well(office):
    entry = entered(office, "A2 DR1", "antibodies")
    confirmed(office, entry, "DR1 A2")
    assert now(office)["unacceptable_antigens"] == "A2 DR1"
    none = entered(office, "none", "antibodies")
    confirmed(office, none, "A2")
    assert differing_loci(office.using, none.event_id) == ("A",)


def test_a_file_needs_no_second_entry_but_somebody_who_signs(office):
    upload_result(office, ask("osei"), Uploaded(NAME, "hla_typing", TYPING, "a" * 64, "dr-osei"))
    assert now(office)["hla"] == TYPING
    with pytest.raises(GateRefusedError, match="Nobody signs"):
        upload_result(office, ask("osei"), Uploaded(NAME, "hla_typing", "A1 B8 DR17", "a" * 64, ""))
    assert now(office)["hla"] == TYPING


@pytest.mark.parametrize(
    "step",
    [
        lambda office: confirmed(office, entered(office), actor="osei"),
        lambda office: change_registration(office, ask(), Change(NAME, {"hla": TYPING})),
        lambda office: change_registration(office, ask(), Change(NAME, {"unacceptable_antigens": None})),
    ],
    ids=["by the same person", "the typing as another fact", "the antibodies taken away"],
)
def test_nobody_changes_a_result_alone(office, step):
    before = now(office)
    with pytest.raises(GateRefusedError):
        step(office)
    assert kinds(office)[-1] == "gate.refused"
    assert now(office) == before


@pytest.mark.parametrize(
    ("analysis", "result", "said"),
    [
        ("hla_typing", "A1 A2 A3", "more than two"),
        ("hla_typing", "A1 Q7", "no HLA antigen"),
        ("hla_typing", " ", "says nothing"),
        ("antibodies", "A1 nonsense", "no HLA antigen"),
        ("sodium", "140", "no result of this kind"),
    ],
)
def test_what_is_no_result_is_told(office, analysis, result, said):
    with pytest.raises(InputError, match=said):
        entered(office, result, analysis)


def test_results_are_compared_as_what_they_mean():
    assert by_locus("hla_typing", "A1 A1 B8") == by_locus("hla_typing", "B8 a01")
    assert by_locus("hla_typing", "A*01:01/A*01:02^B8") == by_locus("hla_typing", "B8 A*01:02/A*01:01")
    assert by_locus("hla_typing", "A*01:01 B8") != by_locus("hla_typing", "A*01:02 B8")
    assert by_locus("antibodies", "none") == {}
