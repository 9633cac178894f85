"""A backup that is promoted into a newer run is accounted for there: the offers and the export after it go on."""

import pytest

from bequest.model.enums import Organ
from bequest.registry.exports import Exported, export_organ
from bequest.registry.models import PromotionSeat
from bequest.registry.offers import Accepting, Ending, OfferAsked, accept_offer, decline_offer, make_offer, next_rank
from bequest.registry.rows import every
from bequest.registry.timers import run_due
from combined_offices import both_runs, kidney_list
from registry_exports import ABROAD, DOCUMENT, agreed
from registry_offices import Donation, ask, kinds, offer


@pytest.fixture
def promoted(office):
    """Return a donation whose backup was promoted into a newer run, that run, and the backup's offer."""
    donation = Donation.reported(office, 4).steps()
    donation.open()
    run = donation.run(backups=1)
    first = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(first.event_id))
    backup = offer(office, run, 2)
    accept_offer(office, ask("tomas"), Accepting(backup.event_id))
    again = donation.run(backups=1)
    decline_offer(office, ask("tomas"), Ending(first.event_id, "candidate_unwell"))
    run_due(office, office.clock())
    assert "offer.promoted" in kinds(office)
    return donation, again, backup


def test_the_next_one_of_the_newer_run_is_offered_the_organ(office, promoted):
    _, again, _ = promoted
    assert next_rank(office, again.event_id) == 3
    offer(office, again, 3)


def test_the_organ_leaves_the_country_after_everybody_declined(office, promoted):
    donation, again, backup = promoted
    agreed(office)
    decline_offer(office, ask("tomas"), Ending(backup.event_id, "candidate_unwell"))
    while (rank := next_rank(office, again.event_id)) is not None:
        made = offer(office, again, rank)
        decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))
    export_organ(office, ask(), Exported(donation.donation, Organ.HEART, DOCUMENT, ABROAD.name))


def test_on_the_second_list_of_a_promoted_pair_offers_go_on_as_well(office):
    kidney_list(office, combined=("R-000002",))
    donation, hearts, _ = both_runs(office, backups=1)
    first = make_offer(office, ask(), OfferAsked(hearts.event_id, 1))
    accept_offer(office, ask("tomas"), Accepting(first.event_id))
    backup = make_offer(office, ask(), OfferAsked(hearts.event_id, 2))
    accept_offer(office, ask("tomas"), Accepting(backup.event_id))
    kidneys = donation.run(Organ.KIDNEY, reply_minutes=60)
    decline_offer(office, ask("tomas"), Ending(first.event_id, "candidate_unwell"))
    run_due(office, office.clock())
    (seat,) = every(office.using, PromotionSeat)
    assert seat.run_id == kidneys.event_id
    while (rank := next_rank(office, kidneys.event_id)) is not None and rank <= seat.rank + 1:
        made = make_offer(office, ask(), OfferAsked(kidneys.event_id, rank))
        decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))
    assert rank is None or rank > seat.rank + 1
