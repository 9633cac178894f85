"""Knows how the record of a demo night becomes a bundle: signed by its log, seen by the witnesses of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.cli.bundle import zipped
from bequest.ledger.bundle import BundleKind, bundle
from bequest.ledger.merkle import Frontier
from bequest.simulation.demo_year.journal import Secrets
from bequest.simulation.demo_year.record import WITNESSES, checkpoint_by, grown, log_signer, trust_text, witnesses_at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bequest.cli.service_setup import Running

BUNDLE, TRUST = "night.zip", "trust.policy"
_SEED = 1


def write_bundle(running: Running, out: Path, at: datetime) -> int:
    """Write the bundle of an office and the trust file of its readers into a folder; return how many leaves it has."""
    secrets = Secrets(_SEED)
    trust = trust_text(secrets)
    leaves = running.record([], trust, _parties()).leaves
    signers = [log_signer(secrets), *witnesses_at(secrets, at)]
    checkpoint = checkpoint_by(signers, grown(Frontier(), leaves))
    record = running.record([checkpoint], trust, _parties())
    (out / BUNDLE).write_bytes(zipped(bundle(record, BundleKind.REPLAY, signer=log_signer(secrets))))
    (out / TRUST).write_text(trust, encoding="utf-8")
    return len(leaves)


def _parties() -> dict[str, object]:
    """Return who signs: nobody attests at the source here, and three look at the log."""
    witnesses = [
        {"name": name, "controlled_by": controller, "independent_of_government": independent}
        for name, controller, independent in WITNESSES
    ]
    return {"attestors": [], "witnesses": witnesses}
