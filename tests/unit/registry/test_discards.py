"""A recovered organ that nobody gets has its end on record, and its file is not closed before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from bequest.model.enums import Organ, OrganPart
from bequest.model.errors import InputError
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.closings import DonorClosed, close_donor
from bequest.registry.discards import Discarded, discard_parts
from bequest.registry.downtimes import Degraded, begin_downtime
from bequest.registry.exports import Exported, export_organ
from bequest.registry.match_runs import RunAsked, run_match
from bequest.registry.models import Discard, DiscardedPart
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer, next_rank
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.transplants import Transplanted, record_transplant
from registry_attempts import UndoneError, insert, row
from registry_bundles import signed, verified
from registry_exports import ABROAD, DOCUMENT, agreed, declined_by_all
from registry_offices import Donation, ask, enact, heart_run, kinds, loose_ends, offer, opened_office


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    with opened_office(request.param) as office:
        yield office


def recovered(office):
    """Return a donation whose heart was ranked and recovered, and its run."""
    donation, run = heart_run(office)
    donation.on_duty("surgeon-1")
    donation.recovered()
    return donation, run


def dispose(office, donation, request=None, **changed):
    """Dispose of a heart that was found damaged."""
    told = Discarded(
        donation.donation, (OrganPart.HEART,), "damage", office.clock.now, "surgeon-1", "pathologist-1"
    )  # fmt: skip
    return discard_parts(office, request or ask("ingrid"), replace(told, **changed))


def refused(office, donation, words, **changed):
    """Hold that a disposal is refused in these words, and is a leaf."""
    with pytest.raises(GateRefusedError, match=words) as told:
        dispose(office, donation, **changed)
    assert (told.value.rule, told.value.step, kinds(office)[-1]) == ("TRC-01", "disposal", "gate.refused")
    assert every(office.using, Discard) == []


def test_a_file_is_closed_once_every_recovered_part_has_its_end(office):
    donation, _ = recovered(office)
    with pytest.raises(GateRefusedError, match="what became of the heart") as told:
        close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))
    assert (told.value.rule, told.value.step) == ("TRC-01", "closing")
    done = dispose(office, donation)
    assert kinds(office)[done.index] == "organ.discarded"
    known = needed(office.using, Discard, "", event_id=done.event_id)
    assert (known.reason, known.discarded_by, known.witness) == ("damage", "surgeon-1", "pathologist-1")
    assert [each.part_id for each in every(office.using, DiscardedPart)] == [f"{donation.donation}:heart"]
    close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))
    assert loose_ends(office) == (0, 0, 0)
    with pytest.raises(IntegrityError, match="sealed"):
        insert(office, "registry_discard", {**row(office, "registry_discard"), "event_id": "new"})
    with pytest.raises(IntegrityError, match=r"sealed|never altered"):
        insert(office, "registry_discardedpart", row(office, "registry_discardedpart"))


def test_what_was_disposed_of_is_ranked_offered_exported_and_disposed_of_no_more(office):
    donation, run = recovered(office)
    agreed(office)
    dispose(office, donation)
    with pytest.raises(GateRefusedError, match="or was disposed of") as told:
        run_match(office, ask(), RunAsked(donation.donation, Organ.HEART))
    assert told.value.step == "allocation"
    with pytest.raises(GateRefusedError):
        offer(office, run)
    with pytest.raises(GateRefusedError, match="it is here no more"):
        export_organ(office, ask(), Exported(donation.donation, Organ.HEART, DOCUMENT, ABROAD.name))
    with pytest.raises(GateRefusedError, match="disposed of already"):
        dispose(office, donation)


def test_nobody_is_asked_to_wait_for_what_was_disposed_of(office):
    donation, run = heart_run(office, backups=1)
    donation.on_duty("surgeon-1")
    donation.recovered()
    assert next_rank(office, run.event_id) == 1
    dispose(office, donation)
    assert next_rank(office, run.event_id) is None


def test_nothing_is_disposed_of_that_somebody_is_offered_holds_or_was_given(office):
    donation, run = recovered(office)
    made = offer(office, run)
    refused(office, donation, "holds or is offered the heart")
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    refused(office, donation, "holds or is offered the heart")
    record_transplant(office, ask("tomas"), Transplanted(made.event_id, office.clock.now, "olga"))
    refused(office, donation, "it was transplanted")


def test_what_was_given_back_can_be_disposed_of(office):
    donation, run = recovered(office)
    made = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))
    assert dispose(office, donation).index


def test_nothing_is_disposed_of_that_has_left_the_country(office):
    donation, run = recovered(office)
    agreed(office)
    declined_by_all(office, run)
    export_organ(office, ask(), Exported(donation.donation, Organ.HEART, DOCUMENT, ABROAD.name))
    refused(office, donation, "left or was disposed of already")


def test_nothing_is_disposed_of_for_want_of_a_recipient_while_somebody_has_the_next_turn(office):
    donation, run = recovered(office)
    refused(office, donation, "somebody of the run has the next turn", reason="no_recipient")
    declined_by_all(office, run)
    assert dispose(office, donation, reason="no_recipient").index


def test_nothing_is_disposed_of_for_want_of_a_recipient_before_its_list_was_ranked(office):
    donation = Donation.reported(office).steps()
    donation.open()
    donation.on_duty("surgeon-1")
    donation.recovered()
    refused(office, donation, "was not ranked for this donor", reason="no_recipient")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": "too_expensive"}, "is no code"),
        ({"witness": "surgeon-1"}, "name both"),
        ({"witness": ""}, "name both"),
        ({"parts": ()}, "name parts of that"),
        ({"parts": (OrganPart.KIDNEY_LEFT,)}, "the heart was recovered"),
    ],
    ids=str,
)
def test_what_is_no_disposal_is_told(office, changed, words):
    donation, _ = recovered(office)
    with pytest.raises(InputError, match=words):
        dispose(office, donation, **changed)


def test_nothing_is_disposed_of_before_its_recovery_or_in_the_future(office):
    donation, _ = heart_run(office)
    with pytest.raises(InputError, match="no donation"):
        dispose(office, replace(donation, donation="0" * 32))
    with pytest.raises(InputError, match="Nothing of this donation was recovered"):
        dispose(office, donation)
    donation.on_duty("surgeon-1")
    donation.recovered()
    with pytest.raises(InputError, match="before its recovery began"):
        dispose(office, donation, discarded_at=office.clock.now - timedelta(hours=1))
    with pytest.raises(InputError, match="lies in the future"):
        dispose(office, donation, discarded_at=office.clock.now + timedelta(hours=1))


def test_two_kidneys_end_one_by_one(office):
    enact(office, "core/kidney")
    donation = Donation.reported(office).steps()
    donation.open(Organ.KIDNEY)
    donation.on_duty("surgeon-1")
    donation.recovered(Organ.KIDNEY)
    dispose(office, donation, parts=(OrganPart.KIDNEY_LEFT,))
    with pytest.raises(GateRefusedError, match="what became of the kidney-right"):
        close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))
    dispose(office, donation, parts=(OrganPart.KIDNEY_RIGHT,))
    close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))


def test_a_disposal_on_paper_is_entered_later_with_both_times(office):
    donation, _ = recovered(office)
    office.clock.advance(minutes=30)
    begin_downtime(office, ask("aiko"), Degraded("interface", office.clock.now - timedelta(minutes=20)))
    at = office.clock.now - timedelta(minutes=10)
    assert dispose(office, donation, replace(ask(), happened_at=at), discarded_at=at).index


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("registry_discard", {"reason": "too_expensive"}),
        ("registry_discard", {"witness": "surgeon-1"}),
        ("registry_discard", {"recovery_id": "none"}),
        ("registry_discard", {"discarded_at": "2026-01-01T00:00:00.000000Z"}),
        ("registry_discardedpart", {"part_id": "none"}),
    ],
    ids=str,
)
def test_the_database_lets_nothing_be_disposed_of_otherwise(office, table, changed):
    donation, _ = recovered(office)
    dispose(office, donation)
    fresh = {"event_id": "new"} if table == "registry_discard" else {}
    known = {**row(office, table), **fresh}
    if fresh:
        with pytest.raises(UndoneError):
            insert(office, table, known)
    with pytest.raises(IntegrityError):
        insert(office, table, {**known, **changed})


def test_the_database_keeps_what_was_disposed_of_from_everybody_and_what_somebody_has_from_disposal(office):
    donation, run = recovered(office)
    other = Donation.reported(office, 1).steps()
    other.open()
    made = offer(office, other.run())
    dispose(office, donation)
    known = row(office, "registry_discard")
    part = {"part_id": f"{other.donation}:heart", "discard_id": known["event_id"], "case_id": other.donation}
    with pytest.raises(IntegrityError, match="somebody holds or is offered"):
        insert(office, "registry_discardedpart", part)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    with pytest.raises(IntegrityError, match="somebody holds or is offered"):
        insert(office, "registry_discardedpart", part)
    gone = f"{donation.donation}:heart"
    offered = {"offer_id": made.event_id, "part_id": gone, "case_id": donation.donation}
    accepted = {"offer_id": made.event_id, "part_id": gone, "kind": "offer.accepted"}
    exported = {"export_id": "none", "part_id": gone, "case_id": donation.donation}
    for table, values in (
        ("registry_offerpart", offered), ("registry_acceptance", accepted), ("registry_exportedpart", exported)
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match="what was disposed of"):
            insert(office, table, values)
    assert run.event_id


def test_a_disposal_is_verified_from_outside(office, tmp_path):
    donation, run = recovered(office)
    declined_by_all(office, run)
    dispose(office, donation, reason="no_recipient")
    close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))
    office.clock.advance(days=1)
    for day in days_to_close(office, office.clock.now):
        close_day(office, ask(), day)
    assert verified(signed(office), tmp_path) == 0
