"""Knows an office in which a donor gives a heart and kidneys, and somebody needs both together."""

from bequest.model.enums import Organ
from bequest.registry.care_teams import Treated, declare_care_team
from bequest.registry.listings import Change, Listing, change_registration, list_candidate
from bequest.registry.models import Policy
from bequest.registry.policies import Enactment, Proposal, enact_policy, propose_policy
from bequest.registry.rows import every, needed
from registry_offices import Donation, ask, enact, enact_plan, people


def kidney_list(office, *, combined=("R-000012",), plan="core/donor-plan"):
    """List everybody for a kidney as well; those named need it together with their heart. `plan` is put in force."""
    enact(office, "core/kidney")
    if plan is not None:
        enact_plan(office, plan)
    for facts in people().registrations:
        name = f"K{facts['registration'][1:]}"
        listed = {**facts, "organ": "kidney", "registration": name, "dialysis_since_on": "2020-02-13"}
        list_candidate(office, ask("lucia"), Listing(listed, resident=True))
        declare_care_team(office, ask("lucia"), Treated(name, (f"dr-of-{name}",)))
    for name in combined:
        change_registration(office, ask("lucia"), Change(name, {"needed_with": "kidney"}))


def both_runs(office, **more):
    """Return a donation of heart and kidneys, and the two runs."""
    donation = Donation.reported(office).steps()
    donation.open()
    donation.open(Organ.KIDNEY)
    return donation, donation.run(**more), donation.run(Organ.KIDNEY, reply_minutes=60, **more)


def in_force(office, written):
    """Put the plan of a text in force today."""
    propose_policy(office, ask("priya"), Proposal(written))
    row = every(office.using, Policy, organ__isnull=True)[-1]
    newest = needed(office.using, Policy, "", event_id=row.event_id)
    return enact_policy(office, ask("committee"), Enactment(newest.hash, office.clock().date()))


def plan_of_both(when):
    """Return a donor plan that gives a kidney with the heart where a condition holds."""
    rule = (
        "second_organs: [{id: both, beside: heart, pulls: kidney, when: " + repr(when) + ", say: both, "
        "cite: bequest-core donor plan}]"
    )
    steps = ", ".join(
        f"{{id: {organ}, lists: [{{run: {organ}}}], say: so, cite: bequest-core donor plan}}"
        for organ in ("heart", "kidney")
    )
    return "\n".join((
        "plan: test/both", "title: A plan for tests", "edition: test-1", "effective: 2026-01-01", "status: own",
        "runs: [{id: heart, policy: core/heart}, {id: kidney, policy: core/kidney}]",
        f"orders: [{{id: all, when: always, say: all, cite: bequest-core donor plan, steps: [{steps}]}}]", rule, "",
    ))  # fmt: skip
