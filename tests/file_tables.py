"""Knows a small directory of right tables, from which tests make wrong ones."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Row = dict[str, str]

AT = "2026-11-01T00:00:00Z"

REGISTRATION: Row = {
    "registration": "R-1",
    "candidate": "C-1",
    "organ": "kidney",
    "synthetic": "true",
    "country": "ZZ",
    "centre": "T-1",
    "status": "active",
    "listed_on": "2024-05-01",
    "consent_to_listing_on": "2024-04-30",
    "born_on": "1961-02-03",
    "blood_group": "A",
    "height_cm": "171.5",
    "weight_kg": "70",
    "hla": "A1 A2 B7 B8 DR1 DR4",
    "unacceptable_antigens": "none",
    "urgency_granted": "9",
    "urgency_valid_until": "2026-12-01T00:00:00Z",
    "dialysis_since_on": "2023-01-01",
    "willing_both_kidneys": "true",
}
DONOR: Row = {
    "donor": "D-1",
    "kind": "deceased",
    "synthetic": "true",
    "country": "ZZ",
    "hospital": "H-1",
    "identity_established": "true",
    "consented_organs": "kidney liver",
    "consent_basis": "registered_yes",
    "consent_recorded_at": "2026-10-31T10:00:00Z",
    "objection_found": "false",
    "custody_result": "clear",
    "custody_checked_at": "2026-10-31T11:00:00Z",
    "death_criteria": "neurological",
    "death_declared_at": "2026-10-31T09:00:00Z",
    "blood_group": "O",
    "age_years": "40",
    "height_cm": "180",
    "hla": "A1 A2 B7 B8 DR1 DR4",
}
CENTRES: tuple[Row, ...] = (
    {
        "centre": "T-1",
        "kind": "transplant",
        "synthetic": "true",
        "name": "Clinic by the lake",
        "country": "CH",
        "latitude_deg": "47.4",
        "longitude_deg": "8.5",
    },
    {
        "centre": "H-1",
        "kind": "donor_hospital",
        "synthetic": "true",
        "name": "",
        "country": "DE",
        "latitude_deg": "52.5",
        "longitude_deg": "13.4",
    },
)


def csv_text(rows: Sequence[Row]) -> str:
    """Return rows as CSV; the first row names the columns."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def json_text(rows: Sequence[dict[str, object]]) -> str:
    """Return rows as a JSON list of objects."""
    return json.dumps(list(rows))


def directory_of(
    place: Path,
    *,
    registrations: Sequence[Row] = (REGISTRATION,),
    donors: Sequence[Row] = (DONOR,),
    centres: Sequence[Row] = CENTRES,
) -> Path:
    """Return a directory in which the three tables stand as CSV."""
    for name, rows in (("registrations", registrations), ("donors", donors), ("centres", centres)):
        (place / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
    return place
