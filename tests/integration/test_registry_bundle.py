"""A year's work of the office, in small: what the registry recorded is verified from outside, every run replayed."""

import pytest

from bequest.cli.main import main
from bequest.ledger.bundle import BundleKind, bundle
from bequest.ledger.merkle import Frontier
from bequest.model.enums import OrganPart
from bequest.registry.appeals import AppealDecision, Contested, decide_appeal, open_appeal
from bequest.registry.evidence import Published, record_of
from bequest.registry.exceptions import ExceptionDecision, decide_exception
from bequest.registry.listings import (
    Change,
    Removal,
    Suspension,
    change_registration,
    remove_registration,
    suspend_registration,
)
from bequest.registry.models import MatchRow
from bequest.registry.offers import (
    Accepting,
    Ending,
    Expiring,
    OfferAsked,
    Passing,
    accept_offer,
    decline_offer,
    expire_offer,
    make_offer,
    pass_over,
    withdraw_offer,
)
from bequest.registry.refusal import GateRefusedError
from bequest.registry.results import Typed, TypedAgain, confirm_result, enter_result
from bequest.registry.rows import needed
from bequest.registry.withdrawals import ConsentToListingWithdrawn, ListedAgain, list_again, withdraw_from_list
from bequest.simulation.demo_year.journal import Secrets
from bequest.simulation.demo_year.record import WITNESSES, checkpoint_by, grown, log_signer, trust_text, witnesses_at
from list_cases import Case, asked, granted, reviewers
from registry_offices import Donation, ask, new_office, offer, opened, remove_templates

SECRETS = Secrets(1)


def work(office):
    """Let a donation be offered, declined, withdrawn, expired and accepted, while the list changes; then another."""
    first = Donation.reported(office)
    with pytest.raises(GateRefusedError):
        first.open()
    first.steps()
    first.open()
    run = first.run()
    decline_offer(office, ask("tomas"), Ending(offer(office, run).event_id, "organ_size"))
    withdraw_offer(office, ask(), Ending(offer(office, run, 2).event_id, "error"))
    third = offer(office, run, 3)
    office.clock.advance(hours=2)
    expire_offer(office, ask(), Expiring(third.event_id))
    pass_over(office, ask(), Passing(run.event_id, 4, 4, "no_contact_details"))
    accept_offer(office, ask("tomas"), Accepting(offer(office, run, 5).event_id))
    taken = needed(office.using, MatchRow, "", run_id=run.event_id, rank=5).registration_id
    remove_registration(office, ask("lucia"), Removal(taken, "transplanted"))
    others = [needed(office.using, MatchRow, "", run_id=run.event_id, rank=rank).registration_id for rank in (1, 2)]
    suspend_registration(office, ask("lucia"), Suspension(others[0], "medical"))
    change_registration(office, ask("lucia"), Change(others[1], {"weight_kg": "70.5"}))
    upkeep(office, run, others)
    second = Donation.reported(office, 1).steps()
    second.open()
    again = second.run()
    make_offer(office, ask(), OfferAsked(again.event_id, 1, (OrganPart.HEART,)))


def upkeep(office, run, others):
    """Let exceptions be granted and refused, an appeal be won, results be typed twice, and somebody come back."""
    first, *_ = people_outside = reviewers(office)
    granted(office, people_outside, name=others[1])
    refused = asked(office, others[0]).reviewed(*people_outside[:2], verdict="refused")
    decide_exception(office, ask(first), ExceptionDecision(refused.event_id, "criteria_not_met"))
    sixth, name, leaving = (
        needed(office.using, MatchRow, "", run_id=run.event_id, rank=rank).registration_id for rank in (6, 7, 8)
    )  # fmt: skip
    suspend_registration(office, ask("lucia"), Suspension(sixth, "medical"))
    change_registration(office, ask("lucia"), Change(sixth, {"weight_kg": "66.0"}))
    # Passed over as suspended, although the newest change of theirs is another one.
    pass_over(office, ask(), Passing(run.event_id, 6, 6, "candidate_suspended"))
    removed = remove_registration(office, ask("lucia"), Removal(name, "too_ill"))
    appeal = open_appeal(office, ask("candidate"), Contested(name, removed.index, "candidate", "delisting"))
    Case(office, appeal.event_id, appeal.index).reviewed(*people_outside[:2])
    decide_appeal(office, ask(first), AppealDecision(appeal.event_id, "rule_was_broken"))
    typed = enter_result(office, ask("osei"), Typed(name, "hla_typing", "A1 B8 DR17"))
    confirm_result(office, ask("ines"), TypedAgain(typed.event_id, "B8 DR17 A1"))
    wrong = enter_result(office, ask("osei"), Typed(name, "antibodies", "none"))
    confirm_result(office, ask("ines"), TypedAgain(wrong.event_id, "A2"))
    withdraw_from_list(office, ask("candidate"), ConsentToListingWithdrawn(leaving))
    list_again(office, ask("lucia"), ListedAgain(leaving, "R-900001", office.clock.now.date()))


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_the_registry_recorded_is_verified_from_outside_and_every_run_replayed(database, tmp_path, capsys):
    with new_office(database) as office:
        work(opened(office, candidates=80))
        record = signed(office)
    remove_templates()
    for path, data in bundle(record, BundleKind.REPLAY, signer=log_signer(SECRETS)).items():
        (tmp_path / "bundle" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bundle" / path).write_bytes(data)
    (tmp_path / "trust.policy").write_text(trust_text(SECRETS))
    code = main(["verify", str(tmp_path / "bundle"), "--trust", str(tmp_path / "trust.policy"), "--full"])
    said = capsys.readouterr().out
    # No use case closes days yet, and that is all that is found.
    found = [line.split()[1] for line in said.splitlines() if line.startswith(("FINDING", "INTEGRITY"))]
    assert (code, found) == (1, ["days"]), said
    assert "2 of 2" in said


def signed(office):
    """Return the registry as a record, its log signed by the operator and seen by every witness."""
    nothing = Published([], trust_text(SECRETS), parties())
    leaves = record_of(office, nothing).leaves
    signers = [log_signer(SECRETS), *witnesses_at(SECRETS, office.clock.now)]
    checkpoint = checkpoint_by(signers, grown(Frontier(), leaves))
    return record_of(office, Published([checkpoint], trust_text(SECRETS), parties()))


def parties():
    """Return who signs: nobody attests here, and three look at the log."""
    witnesses = [
        {"name": name, "controlled_by": controller, "independent_of_government": independent}
        for name, controller, independent in WITNESSES
    ]
    return {"attestors": [], "witnesses": witnesses}
