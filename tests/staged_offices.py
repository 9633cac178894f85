"""Knows an office whose policy for hearts has a stage of rescue, and how a stage begins."""

from datetime import timedelta

from bequest.policy import library
from bequest.registry.match_runs import RunSigning, StageBegun, begin_stage, sign_run
from bequest.registry.models import Policy
from bequest.registry.policies import Enactment, Proposal, enact_policy, propose_policy
from bequest.registry.rows import every, leaf_of
from registry_offices import ask

EVIDENCE = "ab" * 32
RESCUE = """
stages:
  - id: rescue
    say: the heart is about to be lost
    begins: When everybody of the list has declined.
    cite: bequest-core heart
    screens: [{id: adult, when: age_years >= 18, say: an adult, cite: bequest-core heart}]
    classes:
      - {id: nearest, when: preservation_hours <= 3, say: within three hours, cite: bequest-core heart}
      - {id: others, when: always, say: everybody else, cite: bequest-core heart}
"""


def rescue_in_force(office, *, waits=False):
    """Put our policy for hearts in force with a stage of rescue; who is not urgent waits for it where that is asked."""
    written = library.versions("core/heart")[-1].written.replace("edition: core-2026-1", "edition: rescue-test")
    last = "    say: everybody else on the list\n"
    assert last in written
    staged = written.replace(last, f"{last}    stage: rescue\n") if waits else written
    propose_policy(office, ask("priya"), Proposal(staged + RESCUE))
    policy = max(every(office.using, Policy), key=lambda each: leaf_of(office.using, each.event_id))
    # One version of a policy a day: this one is in force from tomorrow on.
    enact_policy(office, ask("committee"), Enactment(policy.hash, office.clock.now.date() + timedelta(days=1)))
    office.clock.advance(days=1)


def begun(office, run, stage="rescue", *, signers=("nadia", "tomas")):
    """Begin a stage, and have its order signed."""
    entered = begin_stage(office, ask(), StageBegun(run.event_id, stage, EVIDENCE))
    for name in signers:
        sign_run(office, ask(name), RunSigning(entered.event_id))
    return entered
