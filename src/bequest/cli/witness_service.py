"""Knows what a running witness does: its key, its logs, its memory and its clock, put together."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.cli.witness_state import Kept
from bequest.ledger import note, witness
from bequest.ledger.errors import LedgerError
from bequest.ledger.witness import Answer, Seen, origin_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.cli.witness_files import WitnessKey
    from bequest.cli.witness_state import State
    from bequest.ledger.keys import PublicKey
    from bequest.ledger.witness import Request

BAD_REQUEST, NOT_CONSISTENT, NOT_NOW = 400, 422, 503
NOT_STORED = "the witness cannot store what it sees; ask again later\n"
_CLOCK = "the clock of the witness is behind its own last cosignature; ask again later\n"
_PAGE = """This is a witness for public logs of organ allocation.

It watches the logs named below. Each time a log grows, the witness checks that nothing in it was altered or removed
since the last time, and signs what it saw, with the time. It knows no patients and no donors: a log shows it numbers
and hashes only. Whether what a log records is true, the witness cannot tell.

Its key, for those who check a log:
{vkey}

The logs, with the number of records that was seen last:
{logs}
"""


@dataclass(frozen=True, slots=True)
class Witness:
    """Hold all that a witness needs; `clock` gives the POSIX second, `tell` is told what its keeper should know."""

    key: WitnessKey
    logs: Mapping[str, tuple[PublicKey, ...]]
    state: State
    clock: Callable[[], int]
    tell: Callable[[str], None]

    def add_checkpoint(self, body: bytes) -> Answer:
        """Return the answer to a log; what it makes the witness remember is on the disk by then."""
        try:
            request = witness.parse(body)
        except LedgerError as error:
            return Answer(BAD_REQUEST, f"{error}\n")
        try:
            found = self.state.exchange(request.checkpoint.origin, lambda kept: self._answer(request, kept))
        except sqlite3.Error as error:
            self.tell(f"the state cannot be stored ({error}); nothing is cosigned until it can.")
            return Answer(NOT_NOW, NOT_STORED)
        if found.status == NOT_CONSISTENT:
            stated = request.checkpoint
            self.tell(f"{stated.origin} signed a tree of {stated.size} that was not shown to go on from the last one.")
        return found

    def newest(self, name: str) -> bytes | None:
        """Return the newest cosigned checkpoint of the log whose origin has this hash, None where there is none."""
        origin = next((each for each in self.logs if origin_hash(each) == name), None)
        kept = None if origin is None else self.state.kept(origin)
        return None if kept is None else kept.note

    def page(self) -> str:
        """Return what this is, in words for whoever opens the address."""
        return _PAGE.format(vkey=self.key.public.vkey(), logs="\n".join(map(self._line, sorted(self.logs))))

    def _line(self, origin: str) -> str:
        kept = self.state.kept(origin)
        return f"{origin}: {'nothing yet' if kept is None else kept.seen.size}, at /{origin_hash(origin)}/checkpoint"

    def _answer(self, request: Request, kept: Kept | None) -> tuple[Answer, Kept | None]:
        at = self.clock()
        if at < (1 if kept is None else kept.at):
            self.tell("the clock is behind the last cosignature; nothing is cosigned until it is set right.")
            return Answer(NOT_NOW, _CLOCK), None
        seen = Seen() if kept is None else kept.seen
        found = witness.answer(request, keys=self.logs, seen=seen, signer=self.key.at(at))
        if found.seen is None:
            return found, None
        return found, Kept(found.seen, self._cosigned(request, found.body), at)

    def _cosigned(self, request: Request, line: str) -> bytes:
        """Return the checkpoint with the log's own signatures and ours; lines of keys not known here are left out."""
        signed = note.parse(request.signed)
        known = {(key.name, key.key_id) for key in self.logs[request.checkpoint.origin]}
        own = tuple(each for each in signed.signatures if (each.name, each.key_id) in known)
        return note.Note(signed.text, own).with_signatures([note.parse_signature(line.removesuffix("\n"))]).to_bytes()
