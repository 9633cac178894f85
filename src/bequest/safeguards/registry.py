"""Knows which function is which rule, and on which kind of record each one is asked."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from bequest.model.referral import Referral
from bequest.safeguards import (
    booking,
    consent,
    custody,
    death,
    independence,
    list_rules,
    offer_rules,
    oversight,
    pathway,
    payment,
    person,
    policy_rules,
    traceability,
)
from bequest.safeguards.finding import RuleId

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.model.donor_file import DonorFile
    from bequest.safeguards.finding import Findings, Setting

    # A rule is asked with the kind of record it is for; the tables below say which that is.
    Rule: TypeAlias = Callable[..., Findings]
    DonorRule: TypeAlias = Callable[[DonorFile, Setting], Findings]

    OfferRule: TypeAlias = Callable[[offer_rules.OfferCheck, Setting], Findings]
    ExportRule: TypeAlias = Callable[[offer_rules.ExportCheck, Setting], Findings]

ALLOCATION: Mapping[RuleId, DonorRule] = MappingProxyType({
    RuleId("DON-01"): consent.legal_authority,
    RuleId("DON-02"): consent.no_objection,
    RuleId("DON-03"): consent.consent_before_the_step,
    RuleId("DON-04"): consent.deemed_consent,
    RuleId("DON-05"): independence.certifiers_outside,
    RuleId("DON-06"): death.enough_certifiers,
    RuleId("DON-08"): death.neurological_examinations,
    RuleId("DON-09"): pathway.decision_before_approach,
    RuleId("DON-10"): custody.neither_executed_nor_sentenced,
    RuleId("DON-11"): custody.not_in_custody,
    RuleId("DON-12"): custody.custody_known,
    RuleId("DON-13"): death.coroner_released,
    RuleId("DON-14"): person.identity_established,
    RuleId("DON-15"): booking.booked_after_referral,
    RuleId("DON-16"): independence.coordinator_outside,
    RuleId("DON-17"): person.deceased_donor,
    RuleId("DON-18"): pathway.death_or_pathway,
    RuleId("PAY-01"): payment.no_gain,
    RuleId("PAY-02"): payment.no_intermediary,
    RuleId("ALC-11"): consent.directed_donation,
})  # fmt: skip
"""The rules of the allocation gate; every other gate of the donor asks them again."""

RECOVERY: Mapping[RuleId, DonorRule] = MappingProxyType({
    **ALLOCATION,
    RuleId("DON-07"): death.no_touch_observed,
    RuleId("DON-19"): independence.no_open_pause,
})  # fmt: skip
"""The rules of the recovery gate."""

OFFER: Mapping[RuleId, OfferRule] = MappingProxyType({
    RuleId("ALC-05"): offer_rules.within_preservation,
    RuleId("ALC-06"): offer_rules.resident_first,
    RuleId("ALC-12"): offer_rules.export_after_national_run,
    RuleId("TRC-03"): offer_rules.characterised,
    RuleId("TRC-04"): offer_rules.authorised_places,
    RuleId("TRC-06"): offer_rules.exchange_agreed,
    RuleId("TRC-08"): offer_rules.blood_group_twice,
})  # fmt: skip
"""The rules of one offer, beside those of its donor."""

EXPORT: Mapping[RuleId, ExportRule] = MappingProxyType({
    RuleId("ALC-12"): offer_rules.export_after_national_run,
    RuleId("TRC-03"): offer_rules.characterised,
    RuleId("TRC-04"): offer_rules.authorised_places,
    RuleId("TRC-06"): offer_rules.exchange_agreed,
    RuleId("TRC-08"): offer_rules.blood_group_twice,
})  # fmt: skip
"""Those of the rules of an offer that are asked of an organ which leaves the country as well, beside its donor's."""

OF_RECORD: Mapping[type[object], Mapping[RuleId, Rule]] = MappingProxyType({
    booking.EventCheck: {RuleId("DON-20"): booking.event_after_opening},
    Referral: {RuleId("DON-21"): person.referral_kept},
    payment.ClaimToken: {RuleId("PAY-03"): payment.claim_token},
    payment.InvoiceReview: {RuleId("PAY-04"): payment.invoice_within_tariff},
    payment.SignerConduct: {RuleId("PAY-05"): payment.signer_without_advantage},
    policy_rules.RunOrder: {RuleId("ALC-01"): policy_rules.approved_policy},
    policy_rules.PolicyDeclaration: {
        RuleId("ALC-02"): policy_rules.no_forbidden_input,
        RuleId("ALC-10"): policy_rules.own_name,
    },
    list_rules.AcceptedOffer: {RuleId("ALC-03"): list_rules.every_bypass_coded},
    list_rules.Departure: {RuleId("ALC-04"): list_rules.departure_with_evidence},
    list_rules.ListingHistory: {RuleId("ALC-07"): list_rules.listed_as_allowed},
    list_rules.GrantedUrgency: {RuleId("ALC-08"): list_rules.urgency_in_force},
    list_rules.TransplantRecord: {RuleId("ALC-09"): list_rules.transplant_follows_offer},
    traceability.OrganClosing: {RuleId("TRC-01"): traceability.closed_with_both_ends},
    traceability.Deletion: {RuleId("TRC-02"): traceability.kept_long_enough},
    traceability.TransportLabel: {RuleId("TRC-05"): traceability.label_complete},
    traceability.OrganHandling: {RuleId("TRC-07"): traceability.provenance_verified},
    traceability.ImportedOrgan: {RuleId("TRC-09"): traceability.import_attested},
    oversight.AdverseEvent: {RuleId("VIG-01"): oversight.adverse_event_told},
    oversight.CrossBorderReport: {RuleId("VIG-02"): oversight.final_report_sent},
    oversight.YearlyReport: {RuleId("PUB-01"): oversight.report_published},
    oversight.PublicTable: {RuleId("PUB-02"): oversight.nobody_shown},
    oversight.GraftSeen: {RuleId("TIP-02"): oversight.graft_registered},
})  # fmt: skip
"""The rules of each other step, by the record that asks for it."""

RULES: Mapping[RuleId, Rule] = MappingProxyType({
    **RECOVERY,
    **OFFER,
    **{rule: check for rules in OF_RECORD.values() for rule, check in rules.items()},
})  # fmt: skip
"""Every rule and its function."""
