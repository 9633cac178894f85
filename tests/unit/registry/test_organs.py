"""An organ is opened by consent, identity, custody check and death of its donor, and by nothing else."""

from datetime import timedelta

import pytest

from bequest.model.enums import ConsentBasis, CustodyResult, Organ
from bequest.model.errors import InputError
from bequest.registry.consents import ConsentWithdrawn, revoke_consent
from bequest.registry.models import Organ as OpenedOrgan
from bequest.registry.models import Part
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from registry_offices import Donation, ask, heart_run, kinds, offer


@pytest.mark.parametrize(
    ("left_out", "rule"),
    [
        (("consented", "verified"), "DON-01"),
        (("verified",), "DON-01"),
        (("identified",), "DON-14"),
        (("checked",), "DON-12"),
        (("dead",), "DON-18"),
    ],
)
def test_an_organ_stays_closed_while_one_gate_is_closed(office, left_out, rule):
    donation = Donation.reported(office).steps(*left_out)
    with pytest.raises(GateRefusedError) as refused:
        donation.open()
    assert refused.value.rule == rule
    assert kinds(office)[-1] == "gate.refused"
    assert every(office.using, OpenedOrgan) == []


@pytest.mark.parametrize(
    "result", [each for each in CustodyResult if "clear" not in each.value and "released" not in each.value]
)
def test_a_custody_check_is_recorded_whatever_it_says_and_opens_nothing_unless_it_is_clear(office, result):
    donation = Donation.reported(office).steps("checked")
    donation.checked(result)
    assert kinds(office)[-1] == "custody.checked"
    with pytest.raises(GateRefusedError, match=result.value):
        donation.open()


def test_the_newest_custody_check_counts(office):
    donation = Donation.reported(office).steps()
    donation.checked(CustodyResult.PRISONER)
    with pytest.raises(GateRefusedError, match="prisoner"):
        donation.open()


def test_an_objection_closes_everything(office):
    donation = Donation.reported(office).consented(objection_found=True).steps("consented")
    with pytest.raises(GateRefusedError, match="objection") as refused:
        donation.open()
    assert refused.value.rule == "DON-02"


def test_nothing_is_opened_beyond_the_consent(office):
    with pytest.raises(GateRefusedError, match="does not cover the liver"):
        Donation.reported(office).steps().open(Organ.LIVER)


def test_a_withdrawn_consent_closes_what_was_open(office):
    donation, run = heart_run(office)
    revoke_consent(office, ask(), ConsentWithdrawn(donation.donation, "next_of_kin"))
    for attempt in (lambda: donation.open(Organ.KIDNEY), donation.run, lambda: offer(office, run)):
        with pytest.raises(GateRefusedError) as refused:
            attempt()
        assert refused.value.rule == "DON-01"


def test_who_wrote_the_consent_down_does_not_verify_it(office):
    donation = Donation.reported(office)
    donation.consented()
    with pytest.raises(GateRefusedError, match="somebody else"):
        from_same(donation)
    assert kinds(office)[-1] == "gate.refused"


def from_same(donation):
    """Have a consent verified by who wrote it down."""
    from bequest.registry.consents import ConsentConfirmed, verify_consent  # noqa: PLC0415

    verify_consent(donation.office, ask("ingrid"), ConsentConfirmed(donation.donation, "donor_register", "yes"))


def test_one_certifier_is_not_enough(office):
    donation = Donation.reported(office)
    for certifiers in (("dr-one",), ("dr-one", "dr-one")):
        with pytest.raises(GateRefusedError) as refused:
            donation.dead(certifiers)
        assert refused.value.rule == "DON-06"


def test_what_the_gates_say_is_not_typed_in(office):
    donation = Donation.reported(office).steps()
    with pytest.raises(InputError, match="custody_result"):
        donation.open(custody_result="clear")


def test_facts_that_are_none_are_named(office):
    donation = Donation.reported(office).steps()
    with pytest.raises(InputError, match="height_cm"):
        donation.open(height_cm="9999.0")


def test_the_facts_of_an_opened_organ_come_from_the_records_of_the_gates(office):
    donation = Donation.reported(office).steps("consented", "verified")
    donation.consented(basis=ConsentBasis.WRITTEN_WISH)
    donation.verified()
    opened = needed(office.using, OpenedOrgan, "", event_id=donation.open().event_id)
    assert '"consent_basis":"written_wish"' in opened.facts
    assert '"custody_result":"clear"' in opened.facts


def test_two_organs_of_one_donor_share_no_part_twice(office):
    donation = Donation.reported(office).steps()
    donation.open()
    donation.open(Organ.KIDNEY, kdpi_percent="50")
    parts = [part.part for part in every(office.using, Part, "part", case_id=donation.donation)]
    assert parts == ["heart", "kidney-left", "kidney-right"]
    with pytest.raises(InputError, match="open already"):
        donation.open()


def test_nothing_is_recorded_before_it_has_happened(office):
    donation = Donation.reported(office)
    with pytest.raises(InputError, match="future"):
        donation.consented(recorded_at=office.clock.now + timedelta(hours=1))
