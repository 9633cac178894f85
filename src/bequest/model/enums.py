"""Knows the closed sets of the field; every one is an Enum whose value is the text in files."""

from __future__ import annotations

from enum import Enum


class Organ(Enum):
    """Name what is offered by one match run; combined entries are lists of their own."""

    HEART = "heart"
    LUNG = "lung"
    LIVER = "liver"
    KIDNEY = "kidney"
    PANCREAS = "pancreas"
    INTESTINE = "intestine"
    CORNEA = "cornea"
    KIDNEY_PANCREAS = "kidney-pancreas"
    ISLET = "islet"
    LIVER_INTESTINE = "liver-intestine"
    HEART_LUNG = "heart-lung"


class OrganPart(Enum):
    """Name the smallest piece of one donor that can be accepted on its own (DESIGN.md section 1)."""

    HEART = "heart"
    LUNG_LEFT = "lung-left"
    LUNG_RIGHT = "lung-right"
    LIVER_LEFT_LATERAL = "liver-left-lateral"
    LIVER_LEFT_MEDIAL = "liver-left-medial"
    LIVER_RIGHT = "liver-right"
    KIDNEY_LEFT = "kidney-left"
    KIDNEY_RIGHT = "kidney-right"
    PANCREAS = "pancreas"
    INTESTINE = "intestine"
    CORNEA_LEFT = "cornea-left"
    CORNEA_RIGHT = "cornea-right"


class OfferKind(Enum):
    """Name what one offer of a match run hands over."""

    SINGLE = "single"
    BOTH_KIDNEYS = "both_kidneys"
    EN_BLOC = "en_bloc"
    BOTH_LUNGS = "both_lungs"
    SPLIT_LIVER = "split_liver"
    HEPATIC_SUPPORT = "hepatic_support"


class BloodGroup(Enum):
    """Name an ABO group; A and AB may carry a subgroup, and plain A or AB means not subtyped."""

    O = "O"  # noqa: E741  the field's own name for the group
    A = "A"
    A1 = "A1"
    A2 = "A2"
    B = "B"
    AB = "AB"
    A1B = "A1B"
    A2B = "A2B"


class DonorKind(Enum):
    """Name the kind of donor; `living` exists so that it can be refused by name."""

    DECEASED = "deceased"
    LIVING = "living"


class ConsentBasis(Enum):
    """Name the legal authority for donation (safeguards.md DON-01)."""

    REGISTERED_YES = "registered_yes"
    WRITTEN_WISH = "written_wish"
    KIN_AUTHORISED = "kin_authorised"
    DEEMED_BY_LAW = "deemed_by_law"


class CustodyResult(Enum):
    """Name the result of the custody check (safeguards.md DON-10 to DON-12); only `clear` opens."""

    CLEAR = "clear"
    RELEASED_BY_MAGISTRATE = "released_by_magistrate"
    POLICE_GUARD = "police_guard"
    EMERGENCY_PSYCHIATRIC_HOLD = "emergency_psychiatric_hold"
    PRISONER = "prisoner"
    PRE_TRIAL_DETENTION = "pre_trial_detention"
    IMMIGRATION_DETENTION = "immigration_detention"
    ADMINISTRATIVE_DETENTION = "administrative_detention"
    MILITARY_DETENTION = "military_detention"
    SENTENCED_TO_DEATH = "sentenced_to_death"
    EXECUTED = "executed"
    UNKNOWN = "unknown"


class DeathCriteria(Enum):
    """Name the criteria by which death is declared, and so the donor's pathway."""

    NEUROLOGICAL = "neurological"
    CIRCULATORY = "circulatory"


class RegistrationStatus(Enum):
    """Name whether a registration takes part in match runs."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class CentreKind(Enum):
    """Name what a place in the centres table does."""

    TRANSPLANT = "transplant"
    DONOR_HOSPITAL = "donor_hospital"


class PolicyStatus(Enum):
    """Name how far a policy's content is verified and by whom it is adopted (DESIGN.md section 4)."""

    PUBLISHED = "published"
    REFERENCE = "reference"
    OWN = "own"
    UNVERIFIED = "unverified"
