"""Imports, corrections of registers and samples: each behind its own gate."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.ledger.errors import LedgerError
from bequest.model.consent import RegisterAnswer
from bequest.model.enums import BloodGroup
from bequest.model.errors import InputError
from bequest.registry.donor_file import donor_file
from bequest.registry.models import DonorCase
from bequest.registry.refusal import GateRefusedError
from bequest.registry.register_corrections import (
    RegisterCorrected,
    add_register_key,
    correct_register,
    correction_text,
)
from bequest.registry.rows import needed
from bequest.registry.samples import BloodGroupRead, Characterised, characterise_donor, record_blood_group
from bequest.safeguards.rule_text import annex_a
from registry_offices import Donation, ask, kinds

REGISTER = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


def correction(office, look_up, private=REGISTER, answer=RegisterAnswer.NO_OBJECTION):
    """Return the correction of a look-up as a register signs it."""
    text = correction_text(office, look_up=look_up.event_id, answer=answer, corrected_at=office.clock.now)
    return RegisterCorrected(look_up.event_id, answer, office.clock.now, private.sign(text.encode()).hex())


def known_register(office):
    """Have the key of the register."""
    key = REGISTER.public_key().public_bytes_raw()
    add_register_key(office, register="donor_register", run_by="the registrar", public_key=key)


def test_a_wrong_match_is_cured_by_the_register_itself(office):
    known_register(office)
    donation = Donation.reported(office).steps("looked_up")
    donation.looked_up()
    wrong = donation.looked_up(RegisterAnswer.OBJECTION)
    with pytest.raises(GateRefusedError, match="An objection"):
        donation.open()
    correct_register(office, ask(), correction(office, wrong))
    assert kinds(office)[-1] == "register.looked_up"
    donation.open()


@pytest.mark.parametrize("changed", ["another key", "another answer", "no key"])
def test_a_correction_that_the_register_did_not_sign_changes_nothing(office, changed):
    if changed != "no key":
        known_register(office)
    donation = Donation.reported(office).steps("looked_up")
    wrong = donation.looked_up(RegisterAnswer.OBJECTION)
    signed = correction(office, wrong, OTHER if changed == "another key" else REGISTER)
    if changed == "another answer":
        signed = replace(signed, answer=RegisterAnswer.YES)
    with pytest.raises(GateRefusedError, match="not signed by the register"):
        correct_register(office, ask(), signed)
    assert kinds(office)[-1] == "gate.refused"
    with pytest.raises(GateRefusedError, match="An objection"):
        donation.open()


def test_a_signature_that_is_none_and_a_second_correction_are_told(office):
    known_register(office)
    wrong = Donation.reported(office).looked_up(RegisterAnswer.OBJECTION)
    with pytest.raises(InputError, match="hexadecimal"):
        correct_register(office, ask(), replace(correction(office, wrong), signature="signed"))
    correct_register(office, ask(), correction(office, wrong))
    with pytest.raises(InputError, match="corrected already"):
        correct_register(office, ask(), correction(office, wrong))
    known_register(office)
    public = REGISTER.public_key().public_bytes_raw()
    with pytest.raises(InputError, match="known already"):
        add_register_key(office, register="donor_register", run_by="somebody else", public_key=public)
    with pytest.raises(LedgerError):
        add_register_key(office, register="other", run_by="x", public_key=bytes(32))


def read(office, donation, sample="S-1", drawn_by="n-1", group=BloodGroup.A):
    return record_blood_group(
        office, ask("lab"), BloodGroupRead(donation.donation, sample, drawn_by, group, office.clock.now)
    )


def test_nobody_is_typed_before_the_allocation_gate_is_open(office):
    donation = Donation.reported(office).steps("dead")
    for attempt in (
        lambda: read(office, donation),
        lambda: characterise_donor(office, ask(), Characterised(donation.donation, tuple(annex_a()))),
    ):
        with pytest.raises(GateRefusedError) as refused:
            attempt()
        assert (refused.value.rule, refused.value.step) == ("DON-18", "allocation")
    donation.dead()
    read(office, donation)
    assert kinds(office)[-1] == "lab.attested"


def test_the_samples_of_a_donor_are_in_the_file_that_the_offer_gate_reads(office):
    donation = Donation.reported(office).steps()
    read(office, donation)
    read(office, donation, "S-2", "n-2", BloodGroup.A1)
    with pytest.raises(InputError, match="read already"):
        read(office, donation)
    characterise_donor(office, ask(), Characterised(donation.donation, tuple(annex_a())))
    case = needed(office.using, DonorCase, "", donation=donation.donation)
    file = donor_file(office, case)
    assert {each.sample for each in file.blood_groups} == {"S-1", "S-2"}
    assert set(file.characterised) == set(annex_a())


@pytest.mark.parametrize(("fields", "said"), [((), "at least one"), (("blood group",), "no field of the minimum")])
def test_a_characterisation_names_fields_of_the_minimum(office, fields, said):
    donation = Donation.reported(office).steps()
    with pytest.raises(InputError, match=said):
        characterise_donor(office, ask(), Characterised(donation.donation, fields))
