"""Knows the papers of a demo night: what is sent to report a donor, and for consent, custody, death and the rest."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.cli.night import Stage

Body = dict[str, object]
CERTIFIERS = ("Dr Arnold", "Dr Berg")
SURGEON = "Dr Keller"
"""A surgeon of the recovery team, who may certify no death."""
DECIDERS = ("Dr Costa", "Dr Dahl")
REGISTER = {"register": "donor_register", "register_answer": "yes"}
IDENTIFIED = {"method": "documents_and_kin"}


def referral(stage: Stage, name: str) -> Body:
    """Return the report of a possible donor."""
    return {
        "donor": name,
        "hospital": stage.hospital,
        "referred_at": stage.ago(minutes=1),
        "referrer": "intensive care unit",
        "identity": f"Invented person {name}",
        "ventilated": True,
        "cause_class": "cerebrovascular",
        "stage": "eligible",
    }


def look_up(stage: Stage) -> Body:
    """Return what the register of wishes answered: yes."""
    return {
        "register": "donor_register",
        "run_by": "the registrar",
        "looked_up_at": stage.ago(),
        "answer": "yes",
        "signer": "the registrar on duty",
    }


def consent(stage: Stage, organs: Sequence[str]) -> Body:
    """Return a consent that covers some organs and no other."""
    return {
        "basis": "registered_yes",
        "organs": list(organs),
        "recorded_at": stage.ago(),
        "objection_found": False,
        "document": hashlib.sha256(b"the signed wish of an invented person").hexdigest(),
        "witness": "the ward sister",
        "tied_to": "none",
    }


def family(stage: Stage) -> Body:
    """Return that the next of kin were reached, and know of no objection."""
    return {"attempted_at": stage.ago(), "reached": True, "reported_objection": False}


def no_gain(stage: Stage, role: str, person: str) -> Body:
    """Return a declaration that nothing was paid or promised."""
    return {
        "role": role,
        "person": person,
        "declared_at": stage.ago(),
        "gain_offered": False,
        "intermediary_involved": False,
    }


def custody(stage: Stage, result: str) -> Body:
    """Return what the register of detention answered."""
    return {
        "result": result,
        "register": "prison_register",
        "lookback_months": 12,
        "checked_at": stage.ago(),
        "register_run_by": "the ministry of justice",
        "signer": "the register's keeper",
        "died_in_detention": False,
    }


def roster(stage: Stage, members: Sequence[str]) -> Body:
    """Return who of the recovery team is on duty tonight."""
    return {
        "centre": stage.hospital,
        "team": "recovery",
        "members": list(members),
        "from_at": stage.ago(),
        "until_at": stage.ago(hours=-48),
    }


def death(stage: Stage, certifiers: Sequence[str]) -> Body:
    """Return a certificate of death by neurological criteria, after two examinations seven hours apart."""
    return {
        "criteria": "neurological",
        "declared_at": stage.ago(),
        "manner": "natural",
        "certifiers": [_certifier(stage, name) for name in certifiers],
        "examinations": [
            {
                "examined_at": stage.ago(hours=hours),
                "examiners": list(certifiers),
                "confirms_death": True,
                "apnoea_or_ancillary_test": True,
                "confounders_excluded": True,
            }
            for hours in (8, 1)
        ],
    }


def death_after_circulation(stage: Stage) -> Body:
    """Return a certificate of death by circulatory criteria."""
    return {
        "criteria": "circulatory",
        "declared_at": stage.ago(),
        "manner": "natural",
        "certifiers": [_certifier(stage, CERTIFIERS[0])],
    }


def _certifier(stage: Stage, name: str) -> Mapping[str, object]:
    return {
        "person": name,
        "employer": "the hospital",
        "role": "treating_doctor",
        "registered_years": 12,
        "certified_at": stage.ago(),
        "declared_no_conflict": True,
    }


def pathway(stage: Stage, *, approached_hours_ago: float) -> Body:
    """Return that treatment is withdrawn, decided five hours ago, and when donation was first spoken of."""
    return {
        "decided_at": stage.ago(hours=5),
        "decided_by": list(DECIDERS),
        "approached_at": stage.ago(hours=approached_hours_ago),
        "kin_raised_it": False,
        "consented_acts": True,
        "expires_at": stage.ago(hours=-6),
        "manner": "natural",
    }


def blood_group(stage: Stage, sample: str, drawn_by: str) -> Body:
    """Return the blood group as it was read in one sample."""
    return {
        "sample": sample,
        "drawn_by": drawn_by,
        "blood_group": stage.facts["blood_group"],
        "resulted_at": stage.ago(),
    }


RECORDED = frozenset({
    "donor", "kind", "synthetic", "country", "hospital", "identity_established", "consented_organs", "consent_basis",
    "consent_recorded_at", "objection_found", "custody_result", "custody_register", "custody_checked_at",
    "death_criteria", "death_declared_at", "pathway_opened_at",
})  # fmt: skip
"""Columns of a donor that the office takes from its own records; nobody sends them."""
