"""Knows how what a registry recorded is bundled, signed and verified from outside, every run replayed."""

from __future__ import annotations

from bequest.cli.main import main
from bequest.ledger.bundle import BundleKind, bundle
from bequest.ledger.merkle import Frontier
from bequest.registry.evidence import Published, record_of
from bequest.simulation.demo_year.journal import Secrets
from bequest.simulation.demo_year.record import WITNESSES, checkpoint_by, grown, log_signer, trust_text, witnesses_at

SECRETS = Secrets(1)


def verified(record, folder):
    """Write the replay bundle of a record into a folder, and return the code with which `bequest verify` ends."""
    for path, data in bundle(record, BundleKind.REPLAY, signer=log_signer(SECRETS)).items():
        (folder / "bundle" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "bundle" / path).write_bytes(data)
    (folder / "trust.policy").write_text(trust_text(SECRETS))
    return main(["verify", str(folder / "bundle"), "--trust", str(folder / "trust.policy"), "--full"])


def signed(office):
    """Return the registry as a record, its log signed by the operator and seen by every witness."""
    nothing = Published([], trust_text(SECRETS), parties())
    leaves = record_of(office, nothing).leaves
    signers = [log_signer(SECRETS), *witnesses_at(SECRETS, office.clock.now)]
    checkpoint = checkpoint_by(signers, grown(Frontier(), leaves))
    return record_of(office, Published([checkpoint], trust_text(SECRETS), parties()))


def parties():
    """Return who signs: nobody attests here, and three look at the log."""
    witnesses = [
        {"name": name, "controlled_by": controller, "independent_of_government": independent}
        for name, controller, independent in WITNESSES
    ]
    return {"attestors": [], "witnesses": witnesses}
