"""Knows the columns of an organ that plain SQL would open."""

from __future__ import annotations

from bequest.registry import models
from bequest.registry.rows import needed
from registry_attempts import row
from registry_offices import Donation


def organ_upon(office, donation):
    """Return the columns of an organ of a donation that none is opened of; the leaves are of its own donor."""
    first = Donation.reported(office, 1).steps()
    first.open()
    marks = {"consent": "consent.verified", "custody": "custody.checked", "death": "death.certified"}
    found = {name: _leaf(office, donation, kind) for name, kind in marks.items()}
    return {
        **row(office, "registry_organ", case_id=first.donation), "event_id": "new", "case_id": donation.donation,
        "allocation_open_at": "2026-12-01T00:00:00.000000Z",
        **{f"{name}_idx": number for name, number in found.items()},
    }  # fmt: skip


def _leaf(office, donation, kind):
    event = needed(office.using, models.Event, "", case_name=donation.donation, kind=kind)
    return row(office, "ledger_entry", event_id=event.id)["idx"]
