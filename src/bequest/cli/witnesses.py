"""Knows how witnesses are asked for their signatures: all at once, beside the work, so that none can hold it up."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.cli.http_client import UnreachableError, ask
from bequest.cli.ledger_database import transaction
from bequest.ledger import note, stored_checkpoints
from bequest.ledger.encoding import decimal_number
from bequest.ledger.errors import LedgerError
from bequest.ledger.publish import witness_request
from bequest.ledger.stored_tree import consistency_path
from bequest.ledger.witness import origin_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.cli.publishing import Publishing
    from bequest.cli.witness_policy import Witness
    from bequest.ledger.keys import PublicKey
    from bequest.ledger.note import Signature
    from bequest.ledger.publish import Known
    from bequest.ledger.stored_checkpoints import SignedCheckpoint

ANSWER_SECONDS = 10.0
_AGAIN_SECONDS = 5.0
_OK, _UNKNOWN, _OTHER_SIZE, _NO_PROOF = 200, 404, 409, 422


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a witness said to a checkpoint; where it refused to go on from what it saw, also what that is."""

    status: int
    body: bytes
    newest: bytes | None = None


@dataclass(slots=True)
class _State:
    """Keep how far one witness is: what it saw last, what it has signed, and what it is being asked."""

    seen: int = 0
    signed: int = -1
    again_at: float = 0.0
    asked: Future[Answer] | None = None
    about: SignedCheckpoint | None = None


class Witnesses:
    """Ask witnesses about the newest checkpoint of a publisher, one question to each at a time."""

    def __init__(self, publishing: Publishing, witnesses: Sequence[Witness]) -> None:
        """Take whom to ask on whose behalf."""
        self._publishing = publishing
        self._states: Mapping[Witness, _State] = {witness: _State() for witness in witnesses}
        self._threads = ThreadPoolExecutor(max_workers=max(1, len(witnesses)), thread_name_prefix="witness")

    def close(self) -> None:
        """Wait for no further answer."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def known(self, *, without: Sequence[str] = ()) -> list[Known]:
        """Return what every witness has seen of the log, but those named in `without`.

        Raises `LedgerError` where one of them cannot be asked, or does not answer with a checkpoint of this log.
        """
        asked = [
            (witness, self._threads.submit(_newest, witness, self._publishing.origin))
            for witness in self._states
            if witness.name not in without
        ]
        found: list[Known] = []
        for witness, future in asked:
            try:
                newest = future.result()
                if newest is not None:
                    found.append(self._publishing.read_known(f"Witness {witness.name}", newest))
                    self._states[witness].seen = found[-1].checkpoint.size
            except (UnreachableError, LedgerError) as error:
                raise LedgerError(
                    f"Witness {witness.name} does not tell what it has seen of the log ({error}); nothing is signed"
                    f" before it does. If it is known to be away, leave it out: --without-witness {witness.name}"
                ) from error
        return found

    def ask(self, now: float) -> None:
        """Ask every witness that is not being asked, and has not signed the newest checkpoint, for its signature."""
        signed = self._publishing.signed
        if signed is None:
            return
        for witness, state in self._states.items():
            size = signed.checkpoint.size
            if state.asked is None and state.signed < size and state.again_at <= now and state.seen <= size:
                path = consistency_path(self._publishing.store, old_size=state.seen, new_size=size)
                body = witness_request(old_size=state.seen, proof=path, signed=signed.note.to_bytes())
                state.about = signed
                state.asked = self._threads.submit(_asked, witness, body, self._publishing.origin)

    def waiting(self) -> list[Future[Answer]]:
        """Return the questions that are on their way."""
        return [state.asked for state in self._states.values() if state.asked is not None]

    def collect(self, now: float) -> tuple[bool, list[str]]:
        """Store the signatures that came in; return whether there was one, and what there is to tell.

        Raises `LedgerError` where a witness shows a checkpoint, signed by this log, with which the log does not begin.
        """
        new, told = False, list[str]()
        for witness, state in self._states.items():
            if state.asked is not None and state.asked.done():
                answer, state.asked = state.asked, None
                try:
                    new = self._taken(witness, state, answer.result()) or new
                except UnreachableError as error:
                    state.again_at = now + _AGAIN_SECONDS
                    told.append(f"witness {witness.name} does not answer ({error}).")
                except _NotTakenError as error:
                    state.again_at = now + _AGAIN_SECONDS
                    told.append(f"witness {witness.name} did not sign: {error}")
        return new, told

    def _taken(self, witness: Witness, state: _State, answer: Answer) -> bool:
        assert state.about is not None, "an answer is to a question"
        if answer.newest is not None:
            self._refuse_fork(witness, answer.newest)
        if answer.status == _OTHER_SIZE:
            state.seen = _size(answer.body)
            return False
        if answer.status != _OK:
            raise _NotTakenError(f"it answers with status {answer.status}.")
        size = state.about.checkpoint.size
        signatures = _signatures(answer.body, witness.key, text=state.about.note.text)
        with transaction(self._publishing.store):
            for signature, at in signatures:
                stored_checkpoints.add_cosignature(self._publishing.store, signature, size=size, at=at)
        state.seen = state.signed = size
        return True

    def _refuse_fork(self, witness: Witness, newest: bytes) -> None:
        try:
            known = self._publishing.read_known(f"Witness {witness.name}", newest)
        except LedgerError as error:
            # Only what the log itself has signed speaks against it.
            raise _NotTakenError(f"it shows what this log has not signed: {error}") from error
        self._publishing.check_known([known])


class _NotTakenError(Exception):
    """Say why an answer of a witness counts for nothing."""


def _size(body: bytes) -> int:
    try:
        return decimal_number(body.decode("ascii", "replace").removesuffix("\n"), what="The size")
    except LedgerError as error:
        raise _NotTakenError(str(error)) from error


def _signatures(body: bytes, key: PublicKey, *, text: str) -> list[tuple[Signature, int]]:
    """Return the signatures of a witness among the lines of its answer, each with its time; others say nothing."""
    found: list[tuple[Signature, int]] = []
    try:
        for line in body.decode().splitlines():
            signature = note.parse_signature(line)
            if (signature.name, signature.key_id) == (key.name, key.key_id):
                key.verify(text, signature.value)
                at = key.signed_at(signature.value)
                assert at is not None, "the trust file lets a witness have no other kind of key"
                found.append((signature, at))
    except (LedgerError, UnicodeDecodeError) as error:
        raise _NotTakenError(str(error)) from error
    if not found:
        raise _NotTakenError("its answer holds no signature by its key.")
    return found


def _newest(witness: Witness, origin: str) -> bytes | None:
    reply = ask(f"{witness.address}/{origin_hash(origin)}/checkpoint", body=None, seconds=ANSWER_SECONDS)
    if reply.status == _UNKNOWN:
        return None
    if reply.status != _OK:
        raise UnreachableError(f"it answers with status {reply.status}")
    return reply.body


def _asked(witness: Witness, body: bytes, origin: str) -> Answer:
    reply = ask(f"{witness.address}/add-checkpoint", body=body, seconds=ANSWER_SECONDS)
    newest = _newest(witness, origin) if reply.status in {_OTHER_SIZE, _NO_PROOF} else None
    return Answer(reply.status, reply.body, newest)
