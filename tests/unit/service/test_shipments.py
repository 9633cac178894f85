"""An organ under way over HTTP: it leaves with its label, changes hands, is read by two, and only then implanted."""

from bequest.safeguards.traceability import LabelItem
from registry_offices import kinds
from service_desks import hospital
from service_donations import DONOR, done, offered, opened_heart, ranked, refused, soon

LABEL = "ab" * 32


def test_a_heart_is_followed_from_the_hospital_to_the_theatre(each_desk):
    desk = each_desk
    donation = opened_heart(desk)
    offer, _ = offered(desk, ranked(desk, donation))
    done(desk, "physician", f"/offers/{offer}/acceptance")
    at = f"/donors/{donation}/offers/{offer}/shipment"
    sent = {
        "label": LABEL, "items": [item.value for item in LabelItem], "cold_since_at": soon(desk),
        "eta_at": soon(desk, hours=2), "handed_by": "surgeon-1", "taken_by": "courier-1",
    }  # fmt: skip
    assert refused(desk, "donor_coordinator", at, sent)["rule"] == "TRC-07"
    roster = {
        "centre": hospital(), "team": "recovery", "members": ["surgeon-1"], "from_at": soon(desk),
        "until_at": soon(desk, days=2),
    }  # fmt: skip
    done(desk, "donor_coordinator", f"/donors/{donation}/rosters", roster)
    done(desk, "donor_coordinator", f"/donors/{donation}/recovery", {"organs": ["heart"]})
    assert refused(desk, "donor_coordinator", at, {**sent, "items": []})["rule"] == "TRC-05"
    assert desk.get("allocator", at).status_code == 422
    done(desk, "donor_coordinator", at, sent)
    hand = {"label": LABEL, "scanned_at": soon(desk), "given_by": "courier-1", "taken_by": "porter-1"}
    done(desk, "physician", f"{at}/scans", hand)
    given = {"transplanted_at": soon(desk), "label_confirmed_by": "theatre nurse"}
    assert refused(desk, "physician", f"/offers/{offer}/transplant", given)["rule"] == "TRC-05"
    read = {
        "label": LABEL, "blood_group": DONOR["blood_group"], "parts": ["heart"], "arrived_at": soon(desk),
        "read_by": "nurse-7", "confirmed_by": "surgeon-7",
    }  # fmt: skip
    done(desk, "physician", f"{at}/arrival", read)
    shown = desk.get("allocator", at).json()
    assert (shown["scans"], shown["arrived"], shown["overdue"], shown["limit_hours"]) == (1, True, False, "6")
    done(desk, "physician", f"/offers/{offer}/transplant", given)
    assert kinds(desk.office)[-1] == "organ.transplanted"
