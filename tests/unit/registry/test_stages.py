"""A stage has an order of its own: a run from the same list, signed by two, that offers follow and that verifies."""

import pytest
from django.db import IntegrityError

from bequest.model.enums import Organ
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.exports import Exported, export_organ
from bequest.registry.listings import Removal, remove_registration
from bequest.registry.match_runs import (
    RunSigning,
    ranked_anew,
    sign_run,
    who_moved,
)
from bequest.registry.models import MatchRun, PassedOver, StageBeginning
from bequest.registry.offers import Accepting, Ending, OfferAsked, accept_offer, decline_offer, make_offer, next_rank
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.run_orders import places_of
from registry_attempts import insert, row
from registry_bundles import signed, verified
from registry_exports import DOCUMENT, agreed, declined_by_all
from registry_offices import ask, heart_run, kinds, loose_ends, offer
from staged_offices import EVIDENCE, begun, rescue_in_force


def places(office, run):
    """Return who stands in a run, in its order."""
    return [each.registration for each in places_of(office.using, run.event_id)]


def test_a_stage_ranks_its_own_order_from_the_same_list(office):
    rescue_in_force(office)
    _, run = heart_run(office)
    stage = begun(office, run)
    assert kinds(office)[stage.index - 1 : stage.index + 1] == ["stage.began", "match.run"]
    before, own = (needed(office.using, MatchRun, "", event_id=each.event_id) for each in (run, stage))
    assert (own.follows_id, own.stage, own.ranked_at) == (run.event_id, "rescue", before.ranked_at)
    assert set(places(office, stage)) <= set(places(office, run))
    assert {each.stage for each in places_of(office.using, stage.event_id)} == {None}
    assert needed(office.using, StageBeginning, "", run_id=run.event_id).evidence == EVIDENCE
    assert ranked_anew(office, own).rows.root() == ranked_anew(office, own).rows.root()
    assert loose_ends(office) == (0, 0, 0)
    assert who_moved(office.using, stage.event_id) is not None


def test_offers_follow_the_order_of_the_stage_once_two_signed_it(office):
    rescue_in_force(office)
    _, run = heart_run(office)
    stage = begun(office, run, signers=("nadia",))
    with pytest.raises(GateRefusedError, match="Two people sign"):
        make_offer(office, ask(), OfferAsked(stage.event_id, 1))
    sign_run(office, ask("tomas"), RunSigning(stage.event_id))
    with pytest.raises(GateRefusedError, match="newer run"):
        make_offer(office, ask(), OfferAsked(run.event_id, 1))
    first = offer(office, stage)
    assert first.event_id
    accept_offer(office, ask("tomas"), Accepting(first.event_id))


def test_whoever_declined_before_is_not_asked_again_and_skips_are_of_the_stage(office):
    rescue_in_force(office)
    _, run = heart_run(office)
    declined = offer(office, run, next_rank(office, run.event_id))
    first = places(office, run)[0]
    decline_offer(office, ask("tomas"), Ending(declined.event_id, "candidate_unwell"))
    stage = begun(office, run)
    rank = next_rank(office, stage.event_id)
    assert places(office, stage)[rank - 1] != first
    offer(office, stage, rank)
    told = {(each.run_id, each.reason) for each in every(office.using, PassedOver)}
    if places(office, stage).index(first) < rank - 1:
        assert (stage.event_id, "declined_before") in told
    assert {each.reason for each in every(office.using, PassedOver, run_id=run.event_id)} <= {
        "rescue_stage", "stage_not_begun",
    }  # fmt: skip


def test_a_stage_begins_once_for_the_newest_run_and_only_one_that_the_policy_has(office):
    rescue_in_force(office)
    donation, run = heart_run(office)
    with pytest.raises(GateRefusedError, match="A stage begins once, where places of the run wait for it"):
        begun(office, run, "other")
    stage = begun(office, run)
    for wrong in (run, stage):
        with pytest.raises(GateRefusedError):
            begun(office, wrong)
        assert kinds(office)[-1] == "gate.refused"
    again = donation.run()
    assert needed(office.using, MatchRun, "", event_id=again.event_id).stage is None
    begun(office, again)


def test_the_stage_ranks_the_list_of_its_run_whoever_left_it_meanwhile(office):
    rescue_in_force(office)
    _, run = heart_run(office)
    first = places(office, run)[0]
    remove_registration(office, ask("lucia"), Removal(first, "candidate_wish"))
    stage = begun(office, run)
    assert first in places(office, stage)
    offer(office, stage, next_rank(office, stage.event_id))
    told = {(each.reason, each.run_id) for each in every(office.using, PassedOver)}
    assert ("candidate_removed", stage.event_id) in told or places(office, stage)[0] != first


def test_who_left_the_list_meanwhile_is_passed_over_in_the_stage(office):
    rescue_in_force(office)
    _, run = heart_run(office)
    stage = begun(office, run)
    first = places(office, stage)[0]
    remove_registration(office, ask("lucia"), Removal(first, "candidate_wish"))
    offer(office, stage, next_rank(office, stage.event_id))
    told = every(office.using, PassedOver, run_id=stage.event_id)
    assert ("candidate_removed", 1) in {(each.reason, each.first_rank) for each in told}


@pytest.mark.parametrize("changed", [{"stage": None}, {"follows_id": None}, {"stage": "other"}], ids=str)
def test_no_order_of_a_stage_is_ranked_that_has_not_begun(office, changed):
    rescue_in_force(office)
    _, run = heart_run(office)
    stage = begun(office, run)
    known = row(office, "registry_matchrun", event_id=stage.event_id)
    fresh = {"event_id": needed(office.using, StageBeginning, "").event_id, "run_id": "f" * 32}
    with pytest.raises(IntegrityError):
        insert(office, "registry_matchrun", {**known, **fresh, **changed})


def test_the_stage_replays_from_outside(office, tmp_path):
    rescue_in_force(office)
    _, run = heart_run(office)
    declined = offer(office, run, next_rank(office, run.event_id))
    decline_offer(office, ask("tomas"), Ending(declined.event_id, "candidate_unwell"))
    stage = begun(office, run)
    offer(office, stage, next_rank(office, stage.event_id))
    office.clock.advance(days=1)
    for day in days_to_close(office, office.clock.now):
        close_day(office, ask(), day)
    assert verified(signed(office), tmp_path) == 0


def test_nothing_leaves_the_country_while_places_wait_for_a_stage(office):
    rescue_in_force(office, waits=True)
    donation, run = heart_run(office)
    agreed(office)
    exported = Exported(donation.donation, Organ.HEART, DOCUMENT, "transplant.example")
    declined_by_all(office, run)
    with pytest.raises(GateRefusedError, match="wait for a stage that has not begun"):
        export_organ(office, ask(), exported)
    stage = begun(office, run)
    declined_by_all(office, stage)
    export_organ(office, ask(), exported)
