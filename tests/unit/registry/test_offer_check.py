"""The safeguards are asked at every offer and every acceptance, with who treats whom as it is then."""

import pytest

from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.registry.care_teams import Authorised, Treated, authorise_place, declare_care_team
from bequest.registry.models import Authorisation
from bequest.registry.offers import Accepting, accept_offer
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import needed
from bequest.registry.run_orders import place_of
from bequest.safeguards.offer_rules import Activity
from registry_offices import Donation, ask, heart_run, kinds, offer


def first(office, run):
    """Return who has the first place of a run."""
    return place_of(office.using, run.event_id, 1).registration


def test_who_certified_the_death_treats_nobody_who_is_offered_the_organ(office):
    _, run = heart_run(office)
    declare_care_team(office, ask("lucia"), Treated(first(office, run), ("dr-one", "dr-nine")))
    with pytest.raises(GateRefusedError, match="certifies the death and treats the intended recipient") as refused:
        offer(office, run)
    assert (refused.value.rule, refused.value.step) == ("DON-05", "offer")
    declare_care_team(office, ask("lucia"), Treated(first(office, run), ("dr-nine",)))
    offer(office, run)


def test_independence_is_asked_again_when_an_offer_is_accepted(office):
    _, run = heart_run(office)
    made = offer(office, run)
    declare_care_team(office, ask("lucia"), Treated(first(office, run), ("dr-two",)))
    with pytest.raises(GateRefusedError) as refused:
        accept_offer(office, ask("tomas"), Accepting(made.event_id))
    assert (refused.value.rule, refused.value.step) == ("DON-05", "acceptance")
    assert kinds(office)[-1] == "gate.refused"


def test_a_team_that_certifies_and_recovers_is_found_at_the_offer_too(office):
    donation, run = heart_run(office)
    donation.on_duty("dr-one")
    with pytest.raises(GateRefusedError) as refused:
        offer(office, run)
    assert refused.value.rule == "DON-05"


def test_nothing_is_offered_to_a_centre_that_is_not_authorised(office):
    _, run = heart_run(office)
    # The authorisations of the template last ten years.
    office.clock.advance(days=3651)
    with pytest.raises(GateRefusedError, match="not authorised for transplant") as refused:
        offer(office, run)
    assert refused.value.rule == "TRC-04"
    known = place_of(office.using, run.event_id, 1).centre
    begin, end = office.clock.now, office.clock.now.replace(year=office.clock.now.year + 1)
    authorise_place(office, ask("priya"), Authorised(known, Activity.TRANSPLANT, Organ.HEART, begin, end))
    assert needed(office.using, Authorisation, "", centre_id=known, organ="heart").activity == "transplant"


def test_a_care_team_names_doctors_of_somebody_listed_and_an_authorisation_ends_after_it_begins(office):
    with pytest.raises(InputError, match="at least one doctor"):
        declare_care_team(office, ask("lucia"), Treated("R-000001", ()))
    with pytest.raises(InputError, match="no registration"):
        declare_care_team(office, ask("lucia"), Treated("R-999999", ("dr-nine",)))
    now = office.clock.now
    hospital = Donation.reported(office).facts["hospital"]
    with pytest.raises(InputError, match="ends after it begins"):
        authorise_place(office, ask("priya"), Authorised(hospital, Activity.PROCUREMENT, None, now, now))
    with pytest.raises(InputError, match="not in the table of places"):
        authorise_place(office, ask("priya"), Authorised("NOWHERE", Activity.PROCUREMENT, None, now, now))
