"""Knows the gates: each asks its rules and answers with every reason at once, in sentences, in one fixed order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.model.instant import instant_of
from bequest.safeguards.booking import EventCheck, names_recipient
from bequest.safeguards.finding import Finding, Setting, Step, Verdict, written
from bequest.safeguards.jurisdiction import unverified_for
from bequest.safeguards.registry import ALLOCATION, EXPORT, OF_RECORD, OFFER, RECOVERY
from bequest.safeguards.rule_text import rule_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bequest.model.donor_file import DonorFile, RecipientEvent
    from bequest.safeguards.finding import RuleId
    from bequest.safeguards.jurisdiction import Jurisdiction
    from bequest.safeguards.offer_rules import ExportCheck, OfferCheck
    from bequest.safeguards.registry import Rule
    from bequest.safeguards.rule_text import RuleText

_GRAVEST_FIRST = (Verdict.BLOCKED, Verdict.HELD, Verdict.FLAGGED)
_SHUT = frozenset({Verdict.BLOCKED, Verdict.HELD})


@dataclass(frozen=True, slots=True)
class Reason:
    """Hold one finding with the rule that made it; `text` has the source and who may lift it, if anybody."""

    rule: RuleId
    finding: Finding
    text: RuleText

    @property
    def sentence(self) -> str:
        """Return the reason as people read it: rule, verdict, what was found, who acts, who may lift it, source."""
        finding = self.finding
        parts = [f"{self.rule} {finding.verdict.value}{' (critical)' if finding.critical else ''}: {finding.sentence}"]
        if finding.who:
            until = "" if finding.by is None else f" by {written(finding.by)}"
            parts.append(f"To act{until}: {', '.join(role.value for role in finding.who)}.")
        if finding.verdict is Verdict.BLOCKED:
            parts.append(f"May be lifted by: {self.lifted_by}.")
        parts.append(f"Source: {self.text.cited}.")
        return " ".join(parts)

    @property
    def lifted_by(self) -> str:
        """Return who may lift a block of this rule, in words; `nobody` where the fact itself must change."""
        needs = self.text.released_by
        if needs is None or not self.text.block_is_lifted:
            return "nobody"
        return " and ".join(role.value for role in needs.roles)


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold what a gate says at one instant: every reason, the gravest first, and what of the law is unverified."""

    step: Step
    at: datetime
    country: str
    reasons: tuple[Reason, ...]
    unverified: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Return the gravest verdict of all reasons; `allowed` without any."""
        return self.reasons[0].finding.verdict if self.reasons else Verdict.ALLOWED

    @property
    def opens(self) -> bool:
        """Return whether the step may be taken: nothing holds it and nothing bars it."""
        return self.verdict not in _SHUT


def allocation_gate(donor_file: DonorFile, at: datetime, jurisdiction: Jurisdiction) -> Decision:
    """Return whether organs of this donor may be offered at an instant, with every reason.

    Raises InputError for an instant that is none, or a law that is not that of the country where the person lies.
    """
    return _of_donor(donor_file, ALLOCATION, Setting(Step.ALLOCATION, _aware(at), jurisdiction))


def recovery_gate(donor_file: DonorFile, at: datetime, jurisdiction: Jurisdiction) -> Decision:
    """Return whether the file's intended organs may be recovered at an instant, with every reason."""
    return _of_donor(donor_file, RECOVERY, Setting(Step.RECOVERY, _aware(at), jurisdiction))


def offer_gate(check: OfferCheck, at: datetime, jurisdiction: Jurisdiction) -> Decision:
    """Return whether one offer may be made; the rules of the donor are asked again, with this offer as a live one."""
    setting = Setting(Step.OFFER, _aware(at), jurisdiction)
    file = replace(check.file, live_offers=(*check.file.live_offers, check.offer), intended_organs=(check.organ,))
    donor = _asked(_of_country(file, jurisdiction), ALLOCATION, setting)
    own = _asked(replace(check, file=file), OFFER, setting)
    return _decision((*donor, *own), (*ALLOCATION, *OFFER), setting)


def export_gate(check: ExportCheck, at: datetime, jurisdiction: Jurisdiction) -> Decision:
    """Return whether one organ may leave the country; the rules of the donor are asked again."""
    setting = Setting(Step.OFFER, _aware(at), jurisdiction)
    file = replace(check.file, intended_organs=(check.organ,))
    donor = _asked(_of_country(file, jurisdiction), ALLOCATION, setting)
    own = _asked(replace(check, file=file), EXPORT, setting)
    return _decision((*donor, *own), (*ALLOCATION, *EXPORT), setting)


def event_gate(event: RecipientEvent, donor_file: DonorFile, at: datetime, jurisdiction: Jurisdiction) -> Decision:
    """Return whether an event around a transplant may be made; one that names a recipient waits for the donor.

    Such an event needs the allocation gate open now, and may be dated no earlier than the instant at which it opened.
    """
    setting = Setting(Step.EVENT, _aware(at), jurisdiction)
    if not names_recipient(event):
        return _decision((), (), setting)
    donor = _asked(_of_country(donor_file, jurisdiction), ALLOCATION, replace(setting, step=Step.ALLOCATION))
    check = EventCheck(event, allocation_open_at(donor_file, setting.at, jurisdiction))
    rules = OF_RECORD[EventCheck]
    return _decision((*donor, *_asked(check, rules, setting)), (*ALLOCATION, *rules), setting)


def step_gate(record: object, at: datetime, jurisdiction: Jurisdiction) -> Decision:
    """Return what the rules of another step say of its record: a policy, a run, a label, a deletion and so on."""
    rules = OF_RECORD.get(type(record))
    assert rules is not None, "every kind of record that a step has stands in the registry"
    setting = Setting(Step.OTHER, _aware(at), jurisdiction)
    return _decision(_asked(record, rules, setting), rules, setting)


def allocation_open_at(donor_file: DonorFile, at: datetime, jurisdiction: Jurisdiction) -> datetime | None:
    """Return the first instant, not after `at`, at which the allocation gate was open; None where it was not.

    What speaks against the donor counts whenever it was found: an objection of today closes yesterday's gate too.
    """
    for instant in sorted({each for each in _instants(donor_file) if each <= at}):
        if _of_donor(donor_file, ALLOCATION, Setting(Step.ALLOCATION, instant, jurisdiction)).opens:
            return instant
    return None


def some_rules(donor_file: DonorFile, rules: Sequence[RuleId], at: datetime, jurisdiction: Jurisdiction) -> Decision:
    """Return what some rules of the donor say of a file, for a step that is smaller than a gate."""
    asked = {rule: RECOVERY[rule] for rule in rules}
    return _of_donor(donor_file, asked, Setting(Step.OTHER, _aware(at), jurisdiction))


def also_found(decision: Decision, rule: RuleId, *findings: Finding) -> Decision:
    """Return a decision with findings of a rule that whoever asked the gate made beside it, from its own records."""
    text = rule_texts()[rule]
    return replace(decision, reasons=_in_order((*decision.reasons, *(Reason(rule, each, text) for each in findings))))


def _aware(at: datetime) -> datetime:
    """Return an instant in UTC; unlike a file's row, a gate is asked to the microsecond, as the log keeps it."""
    return instant_of(at.replace(microsecond=0)).replace(microsecond=at.microsecond)


def _of_donor(file: DonorFile, rules: Mapping[RuleId, Rule], setting: Setting) -> Decision:
    return _decision(_asked(_of_country(file, setting.law), rules, setting), rules, setting)


def _of_country(file: DonorFile, law: Jurisdiction) -> DonorFile:
    if file.country != law.country:
        raise InputError(
            f"The donor lies in '{file.country[:20]}', and the law given is that of '{law.country}'; give the law "
            "of the place."
        )
    return file


def _asked(record: object, rules: Mapping[RuleId, Rule], setting: Setting) -> tuple[Reason, ...]:
    texts = rule_texts()
    return tuple(Reason(rule, each, texts[rule]) for rule, ask in rules.items() for each in ask(record, setting))


def _decision(reasons: tuple[Reason, ...], rules: Iterable[RuleId], setting: Setting) -> Decision:
    unverified = unverified_for(setting.law, rules)
    return Decision(setting.step, setting.at, setting.law.country, _in_order(reasons), unverified)


def _in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(set(reasons), key=_place))


def _place(reason: Reason) -> tuple[int, str, str]:
    return _GRAVEST_FIRST.index(reason.finding.verdict), reason.rule, reason.sentence


def _instants(file: DonorFile) -> list[datetime]:
    """Return every instant of the file at which something in the donor's favour could have become known."""
    death, pathway, coroner = file.death, file.pathway, file.coroner_release
    single = [
        None if file.consent is None else file.consent.recorded_at,
        None if file.identity is None else file.identity.verified_at,
        None if file.custody is None else file.custody.checked_at,
        None if death is None else death.declared_at,
        None if pathway is None else pathway.opened_at,
        None if coroner is None else coroner.released_at,
    ]
    many = [
        *(each.looked_up_at for each in file.look_ups),
        *(each.attempted_at for each in file.kin_contacts),
        *(each.certified_at for each in file.certifiers),
        *(each.examined_at for each in file.examinations),
        *(each.declared_at for each in file.declarations),
        *(each.signed_at for each in file.releases),
    ]
    return [*(each for each in single if each is not None), *many]
