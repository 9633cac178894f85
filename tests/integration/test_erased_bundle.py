"""After people were erased an office still makes its bundles, and outsiders verify all that is left to look at."""

from __future__ import annotations

import json

import pytest

from bequest.cli.main import main
from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.ledger.bundle import BundleKind, bundle
from bequest.ledger.errors import LedgerError
from bequest.registry import erasures
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.erasures import CandidateErased, DonorErased, erase_candidate, erase_donor
from bequest.registry.listings import Removal, remove_registration
from bequest.registry.models import Event, Registration
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer
from bequest.registry.rows import every, leaf_of, needed
from bequest.registry.run_orders import place_of
from bequest.simulation.demo_year.record import log_signer
from registry_bundles import SECRETS, signed, verified
from registry_offices import Donation, ask, new_office, offer, opened


def days_closed(office):
    """Let the day end, and close it for every hospital."""
    office.clock.advance(days=1)
    for day in days_to_close(office, office.clock.now):
        close_day(office, ask(), day)


def released(office, number):
    """Return a donation whose heart is open and ranked, and its run."""
    donation = Donation.reported(office, number).steps()
    donation.open()
    return donation, donation.run()


def years_of_keeping_are_over(monkeypatch):
    """Let a donor be erased at once."""
    monkeypatch.setattr(erasures, "_check_kept", lambda *_: None)


def work(office):
    """Erase a candidate while a donation goes on that ranks them, and the donor of another one; return what to ask."""
    first, run = released(office, 0)
    decline_offer(office, ask("tomas"), Ending(offer(office, run).event_id, "size_mismatch"))
    second, later = released(office, 1)
    accept_offer(office, ask("tomas"), Accepting(offer(office, later, 1).event_id))
    days_closed(office)
    name = place_of(office.using, run.event_id, 2).registration
    removed = remove_registration(office, ask("lucia"), Removal(name, "candidate_wish"))
    person = needed(office.using, Registration, "", id=name).candidate_id
    erase_candidate(office, ask(), CandidateErased(person, "subject_request"))
    offer(office, run, 3)
    third, newest = released(office, 2)
    offer(office, newest)
    erase_donor(office, ask(), DonorErased(second.donation, "court_order"))
    days_closed(office)
    runs = [leaf_of(office.using, each.event_id) for each in (run, later, newest)]
    return first, second, third, runs, removed.index


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_bundle_is_made_and_verified_after_people_were_erased(database, tmp_path, capsys, monkeypatch):
    years_of_keeping_are_over(monkeypatch)
    with new_office(database) as office:
        first, second, third, runs, removed = work(opened(office, candidates=60))
        pseudonyms = [
            each.case_name for each in every(office.using, Event, "at", kind="organ.available")
        ]  # fmt: skip
        record = signed(office)
    assert pseudonyms == [first.donation, second.donation, third.donation]
    assert verified(record, tmp_path) == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    assert "2 persons were erased, and with that" in said
    assert f"{removed}" in said
    assert "1 of 3 match runs ranked again, with the same result, and every row of each rebuilt; 2 cannot be" in said
    assert f"cannot be ranked again: 2 (leaves {runs[0]}, {runs[1]})" in said
    assert "4 offers follow the committed ranks" in said
    code = main(["verify", str(tmp_path / "bundle"), "--json", str(tmp_path / "report.json")])
    told = json.loads((tmp_path / "report.json").read_text())["erasures"]
    assert (code, told["persons"], told["not_ranked_again"]) == (0, 2, runs[:2])
    assert removed in told["closed"][0]["leaves"]
    assert runs[1] in told["closed"][1]["leaves"]
    whole = signer_bundle(record, BundleKind.PUBLIC)
    assert whole.exit_code == 0
    assert signer_bundle(record, BundleKind.INQUIRY, case=first.donation).exit_code == 0
    # What is left of an erased donation says of no leaf but the refused whose it is.
    with pytest.raises(LedgerError, match="No leaf belongs to that donation"):
        signer_bundle(record, BundleKind.INQUIRY, case=second.donation)


def signer_bundle(record, kind, **case):
    """Return the report of a bundle of a record."""
    files = bundle(record, kind, signer=log_signer(SECRETS), **case)
    return verify_bundle(MemoryEvidence(files)).report
