"""Knows how a demo year becomes the record that bundles are made of: checkpoints, parties, facts to replay from."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from bequest.ledger.bundle import Kept, Record
from bequest.ledger.checkpoint import Checkpoint
from bequest.ledger.merkle import Frontier, leaf_hash
from bequest.ledger.note import sign
from bequest.ledger.signers import Cosigner, Ed25519Signer
from bequest.policy import library

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bequest.ledger.signers import Signer
    from bequest.policy.policy import Policy
    from bequest.simulation.demo_year.journal import Secrets
    from bequest.simulation.demo_year.state import State

ORIGIN = "bequest.example/zz"
WITNESSES = (
    ("patients.example", "association", True),
    ("university.example", "university", True),
    ("ministry.example", "government", False),
)
"""Of each witness of the demo: its name, who controls it, whether it is independent of the operator's government."""
_NEEDED = 2
_SEEN_AFTER_SECONDS = 5


def log_signer(secrets: Secrets) -> Ed25519Signer:
    """Return the log of a demo year as a signer."""
    return Ed25519Signer.of(ORIGIN, secrets.private_key(ORIGIN))


def signed_checkpoint(state: State, frontier: Frontier, at: datetime) -> bytes:
    """Return the checkpoint of the log as it stands, signed by the log and cosigned by every witness."""
    secrets = state.journal.secrets
    return checkpoint_by([log_signer(secrets), *witnesses_at(secrets, at)], frontier)


def witnesses_at(secrets: Secrets, at: datetime) -> list[Cosigner]:
    """Return the witnesses of a demo year as they look at the log a moment after an instant."""
    seen = int(at.timestamp()) + _SEEN_AFTER_SECONDS
    return [Cosigner.of(name, secrets.private_key(name), at=seen) for name, _, _ in WITNESSES]


def checkpoint_by(signers: Sequence[Signer], frontier: Frontier) -> bytes:
    """Return the checkpoint of a log under the signatures of some."""
    return sign(Checkpoint(ORIGIN, frontier.size, frontier.root()).text(), signers).to_bytes()


def grown(frontier: Frontier, leaves: Iterable[bytes]) -> Frontier:
    """Return the frontier of a log after further leaves."""
    for leaf in leaves:
        frontier = frontier.with_leaf(leaf_hash(leaf))
    return frontier


def record_of(state: State, checkpoints: Iterable[bytes]) -> Record:
    """Return a year as a record; `checkpoints` rise, and the last is over all leaves."""
    kept = state.kept
    return Record(
        synthetic=True,
        leaves=[each.leaf for each in state.journal.recorded],
        kept=[Kept(each.key, each.event.committed()) for each in state.journal.recorded],
        checkpoints=list(checkpoints),
        trust=trust_text(state.journal.secrets),
        parties=_parties(state),
        policies={policy.hash: _written(policy) for policy in state.policies.values()},
        sources=files("bequest.policies").joinpath("sources.yaml").read_text(encoding="utf-8"),
        exports=dict(state.exports),
        rows={run.leaf: list(run.shown) for run in kept.runs},
        replay={
            "registrations": [
                {
                    "leaf": leaf,
                    "registration": name,
                    "organ": organ.value,
                    "subject_key": state.subject_key(name).hex(),
                    "facts": facts,
                }
                for leaf, name, organ, facts in kept.registrations
            ],
            "donors": [{"leaf": leaf, "facts": facts} for leaf, facts in kept.donors],
            "places": [{"facts": facts} for facts in state.people.places],
            # The policies of the demo read no balances, turns or medians.
            "runs": [{"leaf": run.leaf, "run_key": run.run_key.hex(), "inputs": None} for run in kept.runs],
        },
    )


def trust_text(secrets: Secrets) -> str:
    """Return the trust file of a demo year: its log, its witnesses, and two of them as the quorum."""
    names = [name.partition(".")[0] for name, _, _ in WITNESSES]
    lines = [f"log {log_signer(secrets).key.vkey()}"]
    for short, (name, _, _) in zip(names, WITNESSES, strict=True):
        lines.append(f"witness {short} {Cosigner.of(name, secrets.private_key(name), at=1).key.vkey()}")
    return "\n".join([*lines, f"group witnesses {_NEEDED} {' '.join(names)}", "quorum witnesses", ""])


def _parties(state: State) -> Mapping[str, object]:
    return {
        "attestors": [
            {
                "name": party.name,
                "key": party.private.public_key().public_bytes_raw().hex(),
                "controlled_by": party.controlled_by,
            }
            for party in state.attestors.values()
        ],
        "witnesses": [
            {"name": name, "controlled_by": controller, "independent_of_government": independent}
            for name, controller, independent in WITNESSES
        ],
    }


def _written(policy: Policy) -> str:
    version = next(each for each in library.versions(policy.name) if each.edition == policy.edition)
    return version.written
