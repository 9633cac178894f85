"""Knows that nothing is paid for an organ; no amount stands in any record here, only what people declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.enums import ConsentBasis
from bequest.model.team import Role
from bequest.safeguards.finding import ALLOWED, blocked, flagged, held, known_by
from bequest.safeguards.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bequest.model.donor_file import DonorFile, GainDeclaration
    from bequest.model.identifiers import PersonId
    from bequest.safeguards.finding import Findings, Setting


@dataclass(frozen=True, slots=True)
class ClaimToken:
    """Hold the request for a token with which a service is claimed; it says where the organ came from."""

    provenance: Provenance | None


@dataclass(frozen=True, slots=True)
class InvoiceReview:
    """Hold what the auditor found of one invoice; the amounts stay with the auditor."""

    above_tariff: bool | None


@dataclass(frozen=True, slots=True)
class SignerConduct:
    """Hold what is known of an advantage offered to, or asked for by, somebody who is about to sign."""

    person: PersonId
    undue_advantage: bool | None


def no_gain(file: DonorFile, setting: Setting) -> Findings:
    """Find gain offered to donor, kin or another person, or nobody who declared that there was none (PAY-01)."""
    if any(each.gain_offered for each in file.declarations):
        return blocked("Gain was offered for the donation; report it to the police contact.")
    said = [each for each in file.declarations if each.gain_offered is False]
    return _not_declared(file, said, setting, what="gain")


def no_intermediary(file: DonorFile, setting: Setting) -> Findings:
    """Find a broker, or an advert for gain, in the case, or nobody who declared that there was none (PAY-02)."""
    if any(each.intermediary_involved for each in file.declarations):
        return blocked("A broker or an advert for gain has a part in the case; report it.")
    said = [each for each in file.declarations if each.intermediary_involved is False]
    return _not_declared(file, said, setting, what="broker")


def claim_token(token: ClaimToken, _setting: Setting) -> Findings:
    """Find an organ whose provenance is not verified: no token is given; after-care is given all the same (PAY-03)."""
    if token.provenance is Provenance.VERIFIED:
        return ALLOWED
    return blocked("The provenance of the organ is not verified; no claim token is given, care goes on.")


def invoice_within_tariff(review: InvoiceReview, _setting: Setting) -> Findings:
    """Find an invoice above the published tariff, or one that nobody has compared with it (PAY-04)."""
    if review.above_tariff is False:
        return ALLOWED
    return flagged("An invoice is above the published tariff, or nobody has compared them.", Role.FINANCE_AUDITOR)


def signer_without_advantage(conduct: SignerConduct, _setting: Setting) -> Findings:
    """Find a signer to whom an undue advantage was offered, or who asked for one (PAY-05)."""
    if conduct.undue_advantage is None:
        return held(f"Whether an undue advantage concerns '{conduct.person}' is not known.", Role.COMPLIANCE_OFFICER)
    if conduct.undue_advantage:
        return blocked(f"An undue advantage concerns '{conduct.person}', who may sign nothing; report it.")
    return ALLOWED


def _not_declared(file: DonorFile, said: Sequence[GainDeclaration], setting: Setting, *, what: str) -> Findings:
    needed = [Role.DONOR_COORDINATOR]
    by_kin = file.consent is not None and file.consent.basis is ConsentBasis.KIN_AUTHORISED
    if by_kin or any(each.reached for each in file.kin_contacts):
        needed.append(Role.NEXT_OF_KIN)
    given = {each.declared_by for each in said if known_by(each.declared_at, setting.at)}
    return tuple(
        finding
        for role in needed
        if role not in given
        for finding in held(f"The {role.value} has not declared that there was no {what}.", role)
    )
