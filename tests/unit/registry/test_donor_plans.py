"""A donor plan is put in force by two people, and says which organ of a donor goes first; nothing else says so."""

from datetime import date, timedelta

import pytest

from bequest.model.enums import Organ
from bequest.model.errors import InputError, PolicyError
from bequest.policy import plans
from bequest.registry.closed_events import kept_of
from bequest.registry.donor_plans import followed
from bequest.registry.models import DonorCase, Event, MatchRun, OfferSeat, Policy
from bequest.registry.offer_state import known_of
from bequest.registry.offers import Ending, OfferAsked, decline_offer, make_offer, next_rank
from bequest.registry.policies import Enactment, Proposal, enact_policy, propose_policy
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from combined_offices import both_runs, in_force, kidney_list
from registry_bundles import signed, verified
from registry_offices import Donation, ask, enact_plan, heart_run, kinds

CORE = plans.plan_versions("core/donor-plan")[-1]
HASH = plans.loaded_plan(CORE).hash
STEP = "{{id: {organ}, lists: [{{run: {organ}}}], say: the {organ}, cite: bequest-core donor plan}}"


def plan_text(*organs, when="always"):
    """Return a donor plan that has some organs in an order."""
    runs = "\n".join(f"  - {{id: {organ}, policy: core/{organ}}}" for organ in organs)
    steps = "\n".join(f"      - {STEP.format(organ=organ)}" for organ in organs)
    orders = [] if when == "always" else [_order("some", when, steps)]
    return "\n".join((
        "plan: test/donor-plan", "title: A plan for tests", "edition: test-1", "effective: 2026-01-01", "status: own",
        "runs:", runs, "orders:", *orders, _order("every-donor", "always", steps), "",
    ))  # fmt: skip


def _order(name, when, steps):
    head = f"  - id: {name}\n    when: {when}\n    say: some\n    cite: bequest-core donor plan\n    steps:"
    return f"{head}\n{steps}"


def fields_of(office, event):
    """Return what the leaf of an event says."""
    return kept_of(office, needed(office.using, Event, "", id=event), {}).fields


def row_of(office, run):
    return needed(office.using, MatchRun, "", event_id=run.event_id)


def test_a_donor_plan_is_put_in_force_by_somebody_else_than_who_proposed_it(empty_office):
    propose_policy(empty_office, ask("priya"), Proposal(CORE.written))
    with pytest.raises(GateRefusedError, match="somebody else"):
        enact_policy(empty_office, ask("priya"), Enactment(HASH, date(2026, 3, 2)))
    with pytest.raises(GateRefusedError, match="days that are past"):
        enact_policy(empty_office, ask("committee"), Enactment(HASH, date(2026, 2, 28)))
    enact_policy(empty_office, ask("committee"), Enactment(HASH, date(2026, 3, 2)))
    assert kinds(empty_office) == ["policy.proposed", "gate.refused", "gate.refused", "policy.enacted"]
    assert [(each.name, each.organ) for each in every(empty_office.using, Policy)] == [("core/donor-plan", None)]


def test_a_plan_that_cannot_be_read_or_is_unverified_is_not_proposed(empty_office):
    with pytest.raises(PolicyError, match="no policy of the library is called 'core/spleen'"):
        propose_policy(empty_office, ask("priya"), Proposal(plan_text("heart").replace("core/heart", "core/spleen")))
    with pytest.raises(InputError, match="is unverified; no live run follows it"):
        propose_policy(
            empty_office, ask("priya"), Proposal(plan_text("heart").replace("status: own", "status: unverified"))
        )


def test_a_run_names_the_plan_in_force_and_the_organs_in_its_order(office):
    enacted = enact_plan(office)
    _, run = heart_run(office)
    organs = "heart lung liver intestine pancreas kidney"
    assert (row_of(office, run).plan_id, row_of(office, run).plan_organs) == (enacted.event_id, organs)
    fields = fields_of(office, run.event_id)
    assert (fields["plan_hash"], fields["plan_organs"]) == (HASH, organs.split())


def test_a_donation_of_one_organ_needs_no_plan(office):
    _, run = heart_run(office)
    assert next_rank(office, run.event_id) == 1
    make_offer(office, ask(), OfferAsked(run.event_id, 1))
    fields = fields_of(office, run.event_id)
    assert (row_of(office, run).plan_id, "plan_hash" in fields, "plan_organs" in fields) == (None, False, False)


def test_without_a_plan_nothing_is_offered_to_whoever_needs_both_nor_to_anybody_below(office):
    kidney_list(office, plan=None)
    _, hearts, kidneys = both_runs(office)
    assert next_rank(office, hearts.event_id) is None
    for rank in (1, 2):
        with pytest.raises(GateRefusedError, match="no donor plan says which goes first; put one in force"):
            make_offer(office, ask(), OfferAsked(hearts.event_id, rank))
    # On the second list two come first who need one organ alone.
    assert next_rank(office, kidneys.event_id) == 1


def test_a_plan_that_is_put_in_force_meanwhile_is_named_by_the_next_run(office):
    kidney_list(office, plan=None)
    donation, hearts, _ = both_runs(office)
    enact_plan(office)
    assert next_rank(office, hearts.event_id) is None
    again = donation.run()
    assert next_rank(office, again.event_id) == 1
    make_offer(office, ask(), OfferAsked(again.event_id, 1))
    assert len(every(office.using, OfferSeat)) == 1


def test_the_organ_that_the_plan_has_first_leads(office):
    kidney_list(office, plan=None)
    in_force(office, plan_text("kidney", "heart"))
    donation, hearts, kidneys = both_runs(office)
    assert next_rank(office, hearts.event_id) is None
    for rank in (1, 2):
        made = make_offer(office, ask(), OfferAsked(kidneys.event_id, rank))
        decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))
    make_offer(office, ask(), OfferAsked(kidneys.event_id, 3))
    case = needed(office.using, DonorCase, "", donation=donation.donation)
    assert [seat.organ for seat in known_of(office.using, case).state.offers[-1].seats] == [Organ.KIDNEY, Organ.HEART]


def test_an_organ_that_the_plan_leaves_out_goes_with_no_other(office):
    kidney_list(office, plan=None)
    in_force(office, plan_text("heart"))
    _, hearts, _ = both_runs(office)
    with pytest.raises(GateRefusedError, match="no donor plan says which goes first"):
        make_offer(office, ask(), OfferAsked(hearts.event_id, 1))


def test_where_an_unknown_fact_decides_the_order_only_whoever_needs_both_waits_for_it(office):
    kidney_list(office, plan=None)
    in_force(office, plan_text("heart", "kidney", when="donor.kdpi_percent <= 20"))
    _, hearts, kidneys = both_runs(office)
    row = row_of(office, hearts)
    assert (row.plan_id is None, row.plan_organs) == (False, None)
    assert (next_rank(office, hearts.event_id), next_rank(office, kidneys.event_id)) == (None, 1)


def test_all_runs_of_a_donation_follow_the_plan_that_the_first_of_them_named(office):
    kidney_list(office)
    donation = Donation.reported(office).steps()
    donation.open()
    donation.open(Organ.KIDNEY)
    hearts = donation.run()
    in_force(office, plan_text("kidney", "heart"))
    kidneys = donation.run(Organ.KIDNEY, reply_minutes=60)
    rows = [row_of(office, hearts), row_of(office, kidneys)]
    assert rows[0].plan_id == rows[1].plan_id
    assert followed(rows).place(Organ.HEART) == 0
    other = Donation.reported(office, name="D-other").steps()
    other.open()
    assert row_of(office, other.run()).plan_organs == "kidney heart"


def test_a_plan_is_in_force_from_its_day_on(office):
    propose_policy(office, ask("priya"), Proposal(CORE.written))
    enact_policy(office, ask("committee"), Enactment(HASH, office.clock().date() + timedelta(days=1)))
    _, run = heart_run(office)
    assert row_of(office, run).plan_id is None


def test_the_plan_of_a_run_is_verified_from_outside(office, tmp_path, capsys):
    kidney_list(office)
    both_runs(office)
    verified(signed(office), tmp_path)
    assert capsys.readouterr().out.count("FINDING") == 1  # that no day was closed
