"""Knows when organs may be offered before a death by circulatory criteria, and that nothing is taken before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.enums import DeathCriteria
from bequest.model.team import Role, Team
from bequest.safeguards.finding import ALLOWED, Step, blocked, flagged, held, known_by, written
from bequest.safeguards.jurisdiction import Parameter, number_of, permits
from bequest.safeguards.teams import TAKING, members

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.death import CirculatoryPathway
    from bequest.model.donor_file import DonorFile
    from bequest.safeguards.finding import Findings, Setting


def death_or_pathway(file: DonorFile, setting: Setting) -> Findings:
    """Find neither a declared death nor a lawful circulatory pathway; recovery needs the death (DON-18)."""
    death = file.death
    if death is None:
        return blocked("Neither a declared death nor an open circulatory pathway is recorded.")
    declared = known_by(death.declared_at, setting.at)
    found: Findings = ALLOWED
    if not declared and (setting.step is Step.RECOVERY or death.criteria is DeathCriteria.NEUROLOGICAL):
        found = blocked("Death is not declared.")
    if death.criteria is DeathCriteria.NEUROLOGICAL:
        return found
    return (*found, *_pathway(file, setting))


def decision_before_approach(file: DonorFile, _setting: Setting) -> Findings:
    """Find a withdrawal that was decided after donation was first spoken of (DON-09)."""
    pathway = file.pathway
    if pathway is None or not _talked_first(pathway):
        return ALLOWED
    return flagged("Donation was spoken of before the withdrawal of treatment was decided.", Role.TREATING_DOCTOR)


def _pathway(file: DonorFile, setting: Setting) -> Findings:
    enabled = permits(setting.law, Parameter.CIRCULATORY_PATHWAY)
    if enabled is None:
        return held(
            "The law written down here does not say whether it has a circulatory pathway.", Role.COMPETENT_AUTHORITY
        )
    if not enabled:
        return blocked(f"{setting.law.country} has not enabled the circulatory pathway.")
    if file.pathway is None:
        return blocked("The circulatory pathway was not opened.")
    return (*_decided(file, file.pathway, setting), *_acts(file.pathway), *_open(file, file.pathway, setting.at))


def _decided(file: DonorFile, pathway: CirculatoryPathway, setting: Setting) -> Findings:
    least = number_of(setting.law, Parameter.WITHDRAWAL_SIGNERS)
    involved = members(file, {*TAKING, Team.COORDINATION}) | {file.coordinator}
    count = len(set(pathway.decided_by) - involved)
    found: Findings = ALLOWED
    if least is None:
        found = held("How many doctors decide a withdrawal of treatment is not known.", Role.COMPETENT_AUTHORITY)
    elif count < least:
        found = blocked(f"Treating doctors outside donation who decided the withdrawal: {count} of {least}.")
    if set(pathway.decided_by) & involved:
        found = (*found, *blocked("Somebody with a part in the donation decided the withdrawal of treatment."))
    if pathway.decided_at is None or pathway.approached_at is None:
        return (
            *found,
            *held("When the withdrawal was decided, or donation first spoken of, is not known.", Role.TREATING_DOCTOR),
        )
    if _talked_first(pathway):
        found = (*found, *blocked("The withdrawal of treatment was not decided before donation was spoken of."))
    if pathway.decided_at > pathway.opened_at:
        found = (*found, *blocked("The circulatory pathway was opened before the withdrawal was decided."))
    return found


def _talked_first(pathway: CirculatoryPathway) -> bool:
    if pathway.decided_at is None or pathway.approached_at is None or pathway.kin_raised_it is True:
        return False
    return pathway.decided_at >= pathway.approached_at


def _acts(pathway: CirculatoryPathway) -> Findings:
    if pathway.consented_acts is None:
        return held("Whether each act before death was consented to is not known.", Role.DONOR_COORDINATOR)
    return ALLOWED if pathway.consented_acts else blocked("An act before death was not consented to.")


def _open(file: DonorFile, pathway: CirculatoryPathway, at: datetime) -> Findings:
    if not known_by(pathway.opened_at, at):
        return blocked(f"The circulatory pathway opens at {written(pathway.opened_at)}.")
    if pathway.expires_at is None:
        return held("When the circulatory pathway ends by itself is not known.", Role.TREATING_DOCTOR)
    declared_at = None if file.death is None else file.death.declared_at
    alive = declared_at is None or declared_at > at
    ended = written(pathway.expires_at)
    if (at if declared_at is None else min(at, declared_at)) >= pathway.expires_at:
        return blocked(f"The circulatory pathway ended at {ended}; offers lapse and the file is sealed.")
    if alive:
        return flagged(
            f"Offers are conditional: they lapse unless the person dies before {ended}.", by=pathway.expires_at
        )
    return ALLOWED
