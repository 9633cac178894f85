"""A restored backup brings keys of erased persons back; the list that was kept apart tells whom to erase again."""

import json
from contextlib import contextmanager

import pytest

from bequest.model.errors import InputError
from bequest.registry.erased_list import back_again, erase_again, erased_list, goes_on, read_list, written
from bequest.registry.erasures import CandidateErased, erase_candidate
from bequest.registry.listings import Removal, remove_registration
from bequest.registry.models import Candidate, Registration, Subject, Version
from bequest.registry.rows import every, needed
from registry_offices import Clock, Entropy, ask, copied, kinds, loose_ends, office_at, place_of

NAMES = ("R-000003", "R-000007")


def candidate_of(office, name):
    return needed(office.using, Candidate, "", id=needed(office.using, Registration, "", id=name).candidate_id)


def removed(office, name):
    remove_registration(office, ask("lucia"), Removal(name, "candidate_wish"))


def erased(office, name):
    erase_candidate(office, ask(), CandidateErased(candidate_of(office, name).id, "subject_request"))


@contextmanager
def backed_up(office):
    """Give, opened, what a backup of an office as it is now restores."""
    with copied(place_of(office)) as copy, office_at(copy, Clock(office.clock.now), Entropy(10_000)) as restored:
        yield restored


@pytest.fixture
def before(office):
    """Return an office in which two have left the list, and a backup of it from before they are erased."""
    for name in NAMES:
        removed(office, name)
    with backed_up(office) as restored:
        for name in NAMES:
            erased(office, name)
        yield office, restored


def test_the_list_says_who_was_erased_and_names_nobody(before):
    office, _ = before
    listed = erased_list(office)
    subjects = [candidate_of(office, name).subject_id for name in NAMES]
    assert [(each.subject, each.basis) for each in listed] == [(each, "subject_request") for each in subjects]
    assert [kinds(office)[each.leaf] for each in listed] == ["subject.erased", "subject.erased"]
    text = written(listed)
    assert read_list(text, place="erased.jsonl") == listed
    assert [word for word in (*NAMES, candidate_of(office, NAMES[0]).id) if word in text] == []


def test_after_a_restore_they_are_erased_again_and_once(before):
    office, restored = before
    listed = erased_list(office)
    assert back_again(office.using, listed) == ()
    assert back_again(restored.using, listed) == listed
    assert every(restored.using, Version, registration_id=NAMES[0])[0].facts is not None
    done = erase_again(restored, listed, actor="operator")
    assert (done.erased, done.open) == (2, ())
    assert {each.facts for each in every(restored.using, Version, registration_id=NAMES[0])} == {None}
    gone = needed(restored.using, Subject, "", id=listed[0].subject)
    assert (gone.wrapped_key, gone.identity) == (None, None)
    assert erase_again(restored, listed, actor="operator").erased == 0
    assert kinds(restored)[-2:] == ["subject.erased", "subject.erased"]
    assert loose_ends(restored) == (0, 0, 0)


def test_who_is_on_a_list_again_is_told_and_erased_once_removed(office):
    with backed_up(office) as restored:
        removed(office, NAMES[0])
        erased(office, NAMES[0])
        listed = erased_list(office)
        done = erase_again(restored, listed, actor="operator")
        assert (done.erased, len(done.open)) == (0, 1)
        assert done.open[0].endswith("Registration R-000003 is on a list; remove it with its reason first.")
        removed(restored, NAMES[0])
        assert erase_again(restored, listed, actor="operator").erased == 1


def test_a_list_goes_on_and_forgets_nobody_of_whom_a_restored_database_knows_nothing(before):
    office, restored = before
    listed = erased_list(office)
    with pytest.raises(InputError, match="2 of this list have their keys again"):
        goes_on(restored, listed)
    erase_again(restored, listed, actor="operator")
    unknown = read_list(
        json.dumps({"subject": "unknown", "basis": "subject_request", "erased_at": "2026-01-01T00:00:00Z", "leaf": 1}),
        place="x",
    )
    whole = goes_on(restored, (*unknown, *listed))
    assert [each.subject for each in whole] == ["unknown", *(each.subject for each in erased_list(restored))]


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"subject": 1, "basis": "", "erased_at": "", "leaf": 2}', "x"])
def test_a_line_that_is_none_of_a_list_is_told(line):
    with pytest.raises(InputError, match=r"erased\.jsonl, line 1: this is no line of a list of erased persons"):
        read_list(f"{line}\n", place="erased.jsonl")


def test_nobody_is_erased_by_the_list_who_was_not(before):
    office, restored = before
    others = {each.id for each in every(restored.using, Subject)} - {each.subject for each in erased_list(office)}
    erase_again(restored, erased_list(office), actor="operator")
    kept = {each.id for each in every(restored.using, Subject, destroyed_at__isnull=True)}
    assert kept == others
