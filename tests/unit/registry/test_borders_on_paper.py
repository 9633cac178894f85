"""What crossed the border while the service was down is entered later, with both times, and judged by the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.ledger.leaf import instant_text
from bequest.model.enums import DonorKind, Organ
from bequest.model.errors import InputError
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.downtimes import Degraded, begin_downtime
from bequest.registry.exchanges import ExchangeEnded, end_exchange
from bequest.registry.exports import Exported, export_organ
from bequest.registry.imports import ImportAttested, attest_import
from bequest.registry.models import Event, Export, Import
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.secrecy import event_fields
from registry_bundles import signed, verified
from registry_exports import ABROAD, DOCUMENT, agreed, declined_by_all
from registry_offices import Donation, ask, heart_run, opened_office


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    with opened_office(request.param) as office:
        yield office


def was_down(office):
    """Record that the service has been down for as long as anybody asks."""
    begin_downtime(office, ask("aiko"), Degraded("interface", office.clock.now - timedelta(hours=6)))


def on_paper(office, *, ago):
    """Return a request of the duty desk for something that happened some minutes ago."""
    return replace(ask(), happened_at=office.clock.now - timedelta(minutes=ago))


def leave(office, request, donation):
    """Have a heart leave the country."""
    return export_organ(office, request, Exported(donation.donation, Organ.HEART, DOCUMENT, ABROAD.name))


def come(office, request, donation):
    """Have an organisation abroad attest the donor of a donation."""
    attested = ImportAttested(donation.donation, "YY", DonorKind.DECEASED, DOCUMENT, ABROAD.name, "cd" * 32)
    return attest_import(office, request, attested)


def times(office, entered):
    """Return when something happened and when it was entered, by its leaf."""
    fields = event_fields(office, needed(office.using, Event, "", id=entered.event_id))
    return fields["happened_at"], fields["recorded_late_at"]


def test_what_crossed_the_border_has_both_times_and_is_verified(office, tmp_path, capsys):
    donation, run = heart_run(office)
    agreed(office)
    declined_by_all(office, run)
    other = Donation.reported(office, 1)
    office.clock.advance(minutes=30)
    was_down(office)
    left_on, came_on = on_paper(office, ago=20), on_paper(office, ago=10)
    left, came = leave(office, left_on, donation), come(office, came_on, other)
    for paper, entered in ((left_on, left), (came_on, came)):
        happened, recorded = times(office, entered)
        assert happened == instant_text(paper.happened_at) < recorded
    assert needed(office.using, Export, "").exported_at == instant_text(left_on.happened_at)
    assert needed(office.using, Import, "").attested_at == instant_text(came_on.happened_at)
    office.clock.advance(days=1)
    for day in days_to_close(office, office.clock.now):
        close_day(office, ask(), day)
    assert verified(signed(office), tmp_path) == 0
    assert "1 organs left the country and 1 donations came" in capsys.readouterr().out


def test_what_crossed_before_its_agreement_was_put_in_force_is_refused(office):
    donation, run = heart_run(office)
    declined_by_all(office, run)
    other = Donation.reported(office, 1)
    office.clock.advance(minutes=30)
    agreed(office)
    was_down(office)
    with pytest.raises(GateRefusedError, match="No published agreement"):
        leave(office, on_paper(office, ago=10), donation)
    with pytest.raises(GateRefusedError, match="No published agreement"):
        come(office, on_paper(office, ago=10), other)
    assert (every(office.using, Export), every(office.using, Import)) == ([], [])


def test_what_is_entered_after_its_agreement_has_ended_is_refused(office):
    donation, run = heart_run(office)
    agreed(office)
    declined_by_all(office, run)
    other = Donation.reported(office, 1)
    office.clock.advance(minutes=30)
    end_exchange(office, ask("priya"), ExchangeEnded(DOCUMENT))
    was_down(office)
    with pytest.raises(GateRefusedError, match="No published agreement"):
        leave(office, on_paper(office, ago=10), donation)
    with pytest.raises(GateRefusedError, match="No published agreement"):
        come(office, on_paper(office, ago=10), other)


def test_nothing_crossed_on_paper_while_the_service_worked(office):
    donation, run = heart_run(office)
    agreed(office)
    declined_by_all(office, run)
    other = Donation.reported(office, 1)
    office.clock.advance(minutes=30)
    with pytest.raises(InputError, match="No downtime is on record"):
        leave(office, on_paper(office, ago=10), donation)
    with pytest.raises(InputError, match="No downtime is on record"):
        come(office, on_paper(office, ago=10), other)
