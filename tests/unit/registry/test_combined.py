"""A candidate who needs two organs of one donor is offered both together, and one answer is for both."""

import pytest
from django.db import IntegrityError

from bequest.model.enums import Organ, OrganPart
from bequest.model.errors import InputError
from bequest.offers.record import Link, LiveKind
from bequest.registry import offer_state
from bequest.registry.listings import Change, Suspension, change_registration, suspend_registration
from bequest.registry.models import Acceptance, DonorCase, Offer, OfferSeat, PassedOver, PromotionSeat
from bequest.registry.offer_state import known_of
from bequest.registry.offers import Accepting, Ending, OfferAsked, accept_offer, decline_offer, make_offer, next_rank
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.timers import run_due
from bequest.registry.transplants import Transplanted, record_transplant
from combined_offices import both_runs, in_force, kidney_list, plan_of_both
from registry_attempts import insert, row
from registry_bundles import signed, verified
from registry_offices import Donation, ask, kinds, loose_ends, people, willing


def state_of(office, donation):
    """Return the state of a donation's offers."""
    return known_of(office.using, needed(office.using, DonorCase, "", donation=donation.donation)).state


def offer_both(office, run, rank=1):
    """Offer a place of the heart's run whatever the order gives it."""
    return make_offer(office, ask(), OfferAsked(run.event_id, rank))


def held(office):
    """Return the parts that live acceptances hold."""
    return sorted(row.part_id.partition(":")[2] for row in every(office.using, Acceptance, ended_by=None))


def listed(name):
    """Return the facts with which somebody was listed for a kidney."""
    return next(row for row in people().registrations if row["registration"][1:] == name[1:])


@pytest.fixture
def night(office):
    """Return a donation of heart and kidneys whose first heart needs a kidney with it, and both runs."""
    kidney_list(office)
    return both_runs(office, backups=1)


def test_both_organs_are_one_offer_and_those_above_on_the_second_list_are_passed_over_for_it(office, night):
    donation, hearts, kidneys = night
    offer_both(office, hearts)
    (offer,) = state_of(office, donation).offers
    assert [(seat.organ, seat.registration) for seat in offer.seats] == [
        (Organ.HEART, "R-000012"), (Organ.KIDNEY, "K-000012")
    ]  # fmt: skip
    (second,) = every(office.using, OfferSeat)
    assert (second.run_id, second.rank, second.parts) == (kidneys.event_id, 3, "kidney-left")
    (passed,) = every(office.using, PassedOver, run_id=kidneys.event_id)
    assert (passed.first_rank, passed.last_rank, passed.reason, passed.act) == (1, 2, "combined_candidate", "offered")
    assert kinds(office)[-2:] == ["skip", "offer.made"]


def test_one_acceptance_holds_both_and_one_kidney_is_left_for_the_first_on_its_own_list(office, night):
    _, hearts, kidneys = night
    made = offer_both(office, hearts)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    assert held(office) == ["heart", "kidney-left"]
    assert next_rank(office, kidneys.event_id) == 1
    other = make_offer(office, ask(), OfferAsked(kidneys.event_id, 1))
    accept_offer(office, ask("tomas"), Accepting(other.event_id))
    assert held(office) == ["heart", "kidney-left", "kidney-right"]
    assert loose_ends(office) == (0, 0, 0)


def test_no_second_live_acceptance_of_a_part_of_the_set_whatever_the_road(office, night):
    _, hearts, kidneys = night
    made = offer_both(office, hearts)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    other = make_offer(office, ask(), OfferAsked(kidneys.event_id, 1))
    taken = row(office, "registry_acceptance", part_id=every(office.using, Acceptance, "part_id")[-1].part_id)
    with pytest.raises(IntegrityError):
        insert(office, "registry_acceptance", {**taken, "offer_id": other.event_id})


def test_one_decline_gives_both_back_and_the_second_list_goes_by_its_own_order(office, night):
    donation, hearts, kidneys = night
    made = offer_both(office, hearts)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))
    assert held(office) == []
    assert [offer.end.value for offer in state_of(office, donation).offers] == ["declined"]
    assert (next_rank(office, hearts.event_id), next_rank(office, kidneys.event_id)) == (2, 1)


def test_whoever_needs_both_is_not_offered_the_heart_while_the_second_list_is_not_ranked(office):
    kidney_list(office)
    donation = Donation.reported(office).steps()
    donation.open()
    donation.open(Organ.KIDNEY)
    hearts = donation.run()
    assert next_rank(office, hearts.event_id) is None
    donation.run(Organ.KIDNEY, reply_minutes=60)
    assert next_rank(office, hearts.event_id) == 1


def test_whoever_needs_a_kidney_of_a_donor_who_gives_none_is_passed_over_for_that(office):
    kidney_list(office)
    donation = Donation.reported(office).steps()
    donation.open()
    hearts = donation.run()
    assert next_rank(office, hearts.event_id) == 2
    offer_both(office, hearts, 2)
    assert [each.reason for each in every(office.using, PassedOver)] == ["second_organ_missing"]


def test_the_run_of_each_organ_is_signed_before_both_are_offered(office):
    kidney_list(office)
    donation = Donation.reported(office).steps()
    donation.open()
    donation.open(Organ.KIDNEY)
    hearts = donation.run()
    donation.run(Organ.KIDNEY, reply_minutes=60, signers=("nadia",))
    with pytest.raises(GateRefusedError, match="Two people sign"):
        offer_both(office, hearts)
    assert every(office.using, Offer) == []


def test_the_parts_of_both_may_be_named_and_no_others(office, night):
    _, hearts, _ = night
    with pytest.raises(InputError, match="is offered heart, kidney-left now"):
        make_offer(office, ask(), OfferAsked(hearts.event_id, 1, (OrganPart.HEART,)))
    make_offer(office, ask(), OfferAsked(hearts.event_id, 1, (OrganPart.KIDNEY_LEFT, OrganPart.HEART)))


def test_whoever_leaves_the_second_list_is_not_offered_the_first_organ_alone(office, night):
    _, hearts, _ = night
    suspend_registration(office, ask("lucia"), Suspension("K-000012", "medical"))
    assert next_rank(office, hearts.event_id) == 2


def test_whom_the_plan_does_not_give_both_is_offered_each_organ_by_its_own_list(office):
    kidney_list(office, plan=None)
    in_force(office, plan_of_both(when='needed_with in ["lung"]'))
    donation, hearts, kidneys = both_runs(office)
    offer_both(office, hearts)
    (offer,) = state_of(office, donation).offers
    assert [(seat.organ, seat.registration) for seat in offer.seats] == [(Organ.HEART, "R-000012")]
    for rank in (1, 2, 3):
        assert next_rank(office, kidneys.event_id) == rank
        made = make_offer(office, ask(), OfferAsked(kidneys.event_id, rank))
        decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))


def test_organs_that_the_plan_gives_at_one_centre_are_not_put_together_from_two(office):
    kidney_list(office)
    donation, hearts, _ = both_runs(office)
    here = state_of(office, donation).links
    assert [link.candidate for link in here] == ["C-000012"]
    centre = listed("K-000012")["centre"]
    elsewhere = next(row["centre"] for row in people().places if row["centre"] != centre)
    change_registration(office, ask("lucia"), Change("K-000012", {"centre": elsewhere}))
    donation.run(Organ.KIDNEY, reply_minutes=60)
    assert state_of(office, donation).links == ()
    offer_both(office, hearts)
    assert [seat.organ for seat in state_of(office, donation).offers[0].seats] == [Organ.HEART]


def test_a_combined_backup_is_promoted_with_both_organs(office):
    kidney_list(office, combined=("R-000002",))
    donation, hearts, kidneys = both_runs(office, backups=1)
    first = offer_both(office, hearts)
    accept_offer(office, ask("tomas"), Accepting(first.event_id))
    backup = offer_both(office, hearts, 2)
    assert state_of(office, donation).offers[1].kind is LiveKind.BACKUP
    accept_offer(office, ask("tomas"), Accepting(backup.event_id))
    decline_offer(office, ask("tomas"), Ending(first.event_id, "candidate_unwell"))
    run_due(office, office.clock())
    (promoted,) = every(office.using, PromotionSeat)
    assert (promoted.run_id, promoted.registration_id) == (kidneys.event_id, "K-000002")
    assert held(office) == ["heart", "kidney-left"]
    record_transplant(office, ask("tomas"), Transplanted(backup.event_id, office.clock.now, "olga"))


def test_what_was_offered_and_accepted_together_is_verified_from_outside(office, night, tmp_path, capsys):
    _, hearts, kidneys = night
    made = offer_both(office, hearts)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    make_offer(office, ask(), OfferAsked(kidneys.event_id, 1))
    record_transplant(office, ask("tomas"), Transplanted(made.event_id, office.clock.now, "olga"))
    verified(signed(office), tmp_path)
    said = capsys.readouterr().out
    # That no day was closed is the one finding here.
    assert said.count("FINDING") == 1, said
    assert "2 offers follow the committed ranks; 2 places were passed over" in said


def said_of(office, tmp_path, capsys):
    """Return the findings of a verification with every run replayed, but that no day was closed."""
    verified(signed(office), tmp_path)
    told = [line for line in capsys.readouterr().out.split("\n") if "FINDING" in line]
    return [line for line in told if not line.startswith(("FINDING     days", "days"))]


def test_a_backup_that_needed_both_when_it_was_offered_is_promoted_without_a_finding(office, tmp_path, capsys):
    kidney_list(office, combined=("R-000002",))
    donation, hearts, _ = both_runs(office, backups=1)
    first = offer_both(office, hearts)
    accept_offer(office, ask("tomas"), Accepting(first.event_id))
    backup = offer_both(office, hearts, 2)
    accept_offer(office, ask("tomas"), Accepting(backup.event_id))
    change_registration(office, ask("lucia"), Change("R-000002", {"needed_with": "none"}))
    donation.run(backups=1)
    decline_offer(office, ask("tomas"), Ending(first.event_id, "candidate_unwell"))
    run_due(office, office.clock())
    assert len(every(office.using, PromotionSeat)) == 1
    assert said_of(office, tmp_path, capsys) == []


def test_organs_that_pathway_and_death_released_go_together_from_one_donor(office, tmp_path, capsys):
    kidney_list(office)
    willing(office)
    donation = Donation.reported(office).steps("dead")
    donation.on_pathway()
    donation.open()
    hearts = donation.run()
    donation.observed()
    donation.dead_after_circulation()
    donation.open(Organ.KIDNEY)
    donation.run(Organ.KIDNEY, reply_minutes=60)
    offer_both(office, hearts, next_rank(office, hearts.event_id))
    assert len(every(office.using, OfferSeat)) == 1
    assert said_of(office, tmp_path, capsys) == []


def linking(monkeypatch, *registrations):
    """Have the registry tie registrations together whatever list and plan say: what buggy code might do."""
    organs = tuple((organ, name) for organ, name in zip((Organ.HEART, Organ.KIDNEY), registrations, strict=True))
    candidate = f"C{registrations[0][1:]}"
    monkeypatch.setattr(offer_state, "links_of", lambda *_: (Link(candidate, organs),))


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ("K-000012", "has the heart together with another organ, and neither the list nor the donor plan says that"),
        ("K-000003", "has organs together that are of places of two people"),
    ],
)
def test_organs_that_go_together_without_a_need_are_found_by_a_replay(
    office, tmp_path, capsys, monkeypatch, second, sentence
):
    kidney_list(office, combined=())
    linking(monkeypatch, "R-000012", second)
    _, hearts, _ = both_runs(office)
    offer_both(office, hearts)
    assert len(every(office.using, OfferSeat)) == 1
    verified(signed(office), tmp_path)
    assert sentence in " ".join(capsys.readouterr().out.split())


def test_whoever_is_passed_over_for_a_second_organ_without_a_need_is_found_by_a_replay(
    office, tmp_path, capsys, monkeypatch
):
    kidney_list(office, combined=())
    linking(monkeypatch, "R-000012", "K-unknown")
    _, hearts, _ = both_runs(office)
    offer_both(office, hearts, 2)
    verified(signed(office), tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert "passes over place 1 as second_organ_missing, and neither the list nor the donor plan says" in said
