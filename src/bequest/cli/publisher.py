"""Knows the verb `publisher`: it signs what the database holds, publishes it as files, and asks the witnesses."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import wait
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.errors import DONE, FINDING, INTEGRITY
from bequest.cli.key_file import read_signer
from bequest.cli.ledger_database import database_errors, folders_of, open_store
from bequest.cli.ledger_options import DatabaseOption
from bequest.cli.publishing import Publishing
from bequest.cli.site import Site
from bequest.cli.storage_check import check_storage
from bequest.cli.witness_policy import WitnessPolicy, read_witness_policy
from bequest.cli.witnesses import ANSWER_SECONDS, Witnesses
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import PublicKey
from bequest.ledger.quorum import QuorumState, banner, quorum_state, waited
from bequest.ledger.signers import Signer
from bequest.ledger.store import Store, head
from bequest.model.errors import InputError

KeyOption = Annotated[
    list[Path],
    typer.Option("--key", metavar="FILE", help="Key of the log; while keys change, give the option once for each."),
]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder from which the log is served.")]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--witness-policy", metavar="FILE", help="Trust file: witnesses with their addresses, and a quorum."),
]
OnceOption = Annotated[bool, typer.Option("--once", help="Publish what there is, ask each witness once, and end.")]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option(
        "--without-witness",
        metavar="NAME",
        help="A witness that is away; it is not asked first.",
    ),
]

POLL_SECONDS = 0.2
EVERY_SECONDS = 1.0
EVERY_ENTRIES = 256
PATIENCE_SECONDS = 5.0
ALARM_SECONDS = 60.0


def publisher(
    *,
    db: DatabaseOption,
    key: KeyOption,
    out: OutOption,
    witness_policy: PolicyOption = None,
    once: OnceOption = False,
    without_witness: WithoutOption = None,
) -> None:
    """Sign the log of a database, publish it as plain files, and ask witnesses for their signatures.

    Before it signs anything it tries whether the storage keeps what it confirms, hashes every entry again, and holds
    the log against its own site and every witness. Where one of them fails, or has seen another log, it signs nothing
    and ends with code 3.
    """
    signers = _signers(key)
    policy = None if witness_policy is None else read_witness_policy(witness_policy, origin=signers[0].key.name)
    _check_names(without_witness or [], policy)
    try:
        for folder in (out, *folders_of(db)):
            check_storage(folder, entropy=os.urandom)
        store = open_store(db)
        with closing(store.connection):
            code = _run(store, Site(out), Chosen(signers, policy, without_witness or [], once))
    except LedgerError as error:
        for sentence in str(error).splitlines():
            _tell(sentence)
        code = INTEGRITY
    raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Hold what a person asked a publisher for."""

    signers: Sequence[Signer]
    policy: WitnessPolicy | None
    without: Sequence[str]
    once: bool

    def keys(self) -> tuple[PublicKey, ...]:
        """Return every key that the log has signed with, as far as is known here."""
        logs = () if self.policy is None else self.policy.logs
        return tuple(dict.fromkeys((*(signer.key for signer in self.signers), *logs)))


def _run(store: Store, site: Site, chosen: Chosen) -> int:
    publishing = Publishing(store, site, chosen.signers, keys=chosen.keys())
    witnesses = Witnesses(publishing, () if chosen.policy is None else chosen.policy.witnesses)
    try:
        publishing.start(witnesses.known(without=chosen.without))
        loop = Loop(publishing, witnesses, chosen.policy)
        return loop.once() if chosen.once else loop.forever()
    except database_errors(store) as error:
        raise InputError(f"The database stopped answering ({' '.join(str(error).split())}); start again.") from None
    finally:
        witnesses.close()


class Loop:
    """Publish and ask, again and again; it keeps when it last published, and last told of a missing quorum."""

    def __init__(self, publishing: Publishing, witnesses: Witnesses, policy: WitnessPolicy | None) -> None:
        """Take what publishes and whom to ask."""
        self._publishing, self._witnesses, self._policy = publishing, witnesses, policy
        self._published_at = self._told_at = -ALARM_SECONDS

    def once(self) -> int:
        """Publish what there is, wait for one answer of each witness, and say whether there is a quorum."""
        self._publish(time.monotonic())
        for _ in range(2):
            # A second question is asked only of a witness that has told which size it saw.
            self._witnesses.ask(time.monotonic())
            wait(self._witnesses.waiting(), timeout=2 * ANSWER_SECONDS + 1)
            self._collect(time.monotonic())
        if self._has_quorum():
            return DONE
        _tell(
            banner(self._state(), at=datetime.now(UTC))
            or "the checkpoint is published, but without a quorum of witnesses."
        )
        return FINDING

    def forever(self) -> int:
        """Go on until somebody ends the program."""
        while True:
            now = time.monotonic()
            self._collect(now)
            if self._is_due(now):
                self._publish(now)
            self._witnesses.ask(now)
            self.tell_of_quorum(now)
            time.sleep(POLL_SECONDS)

    def _is_due(self, now: float) -> bool:
        """Return whether a checkpoint is due; the last one is left a moment to find its quorum."""
        signed = self._publishing.signed
        if signed is None:
            return True
        new = head(self._publishing.store).size - signed.checkpoint.size
        due = new >= EVERY_ENTRIES or now - self._published_at >= EVERY_SECONDS
        return due and (self._has_quorum() or now - self._published_at >= PATIENCE_SECONDS)

    def _publish(self, now: float) -> None:
        if self._publishing.step(datetime.now(UTC).isoformat(timespec="microseconds")):
            signed = self._publishing.signed
            assert signed is not None, "a step signs"
            self._published_at = now
            print(f"published {signed.checkpoint.size} entries of {self._publishing.origin}", flush=True)

    def _collect(self, now: float) -> None:
        new, told = self._witnesses.collect(now)
        for sentence in told:
            _tell(sentence)
        if new:
            self._publishing.publish_checkpoint()

    def _has_quorum(self) -> bool:
        return self._policy is None or self._policy.has_quorum(self._publishing.cosigned().signatures)

    def tell_of_quorum(self, now: float) -> None:
        """Tell once a minute that the quorum is missing, from a minute on; from ten on in the words of the banner."""
        if now - self._told_at < ALARM_SECONDS or self._has_quorum():
            return
        state, at = self._state(), datetime.now(UTC)
        seconds = waited(state, at=at).total_seconds()
        if seconds >= ALARM_SECONDS:
            self._told_at = now
            _tell(banner(state, at=at) or f"no quorum of witnesses for {seconds:.0f} seconds; see to the witnesses.")

    def _state(self) -> QuorumState | None:
        return None if self._policy is None else quorum_state(self._publishing.store, self._policy.has_quorum)


def _signers(paths: Sequence[Path]) -> list[Signer]:
    signers = [read_signer(path) for path in paths]
    names = sorted({signer.key.name for signer in signers})
    if len(names) > 1:
        raise InputError(f"The keys have several names ({', '.join(names)}); the keys of one log have the log's name.")
    return signers


def _check_names(without: Sequence[str], policy: WitnessPolicy | None) -> None:
    known = set[str]() if policy is None else {witness.name for witness in policy.witnesses}
    if wrong := [name for name in without if name not in known]:
        raise InputError(*(f"--without-witness {name}: the trust file names no such witness." for name in wrong))


def _tell(sentence: str) -> None:
    print(f"bequest: {sentence}", file=sys.stderr, flush=True)
