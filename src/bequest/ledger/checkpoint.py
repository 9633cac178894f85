"""Knows the checkpoint (C2SP tlog-checkpoint): which log, how many leaves, which root."""

from __future__ import annotations

from dataclasses import dataclass

from bequest.ledger.encoding import base64_bytes, base64_text, decimal_number
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import EMPTY_ROOT, HASH_BYTES

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Hold the state of a log: its origin, number of leaves and 32-byte root; extension lines where a log has them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no log may state."""
        if not self.origin or "\n" in self.origin or any(not each or "\n" in each for each in self.extensions):
            raise LedgerError("A checkpoint has a line for its origin, and no extension line is empty.")
        if self.size < 0 or len(self.root) != HASH_BYTES or (self.size == 0 and self.root != EMPTY_ROOT):
            raise LedgerError(f"A checkpoint of {self.size} leaves cannot have the root {self.root.hex()}.")

    def text(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.size), base64_text(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse(text: str) -> Checkpoint:
    """Return the checkpoint that the text of a note states; raise `LedgerError` if it states none."""
    lines = text.split("\n")
    if len(lines) <= _LINES or lines[-1]:
        raise LedgerError("A checkpoint has at least three whole lines: origin, size, root.")
    origin, size, encoded, *extensions = lines[:-1]
    root = base64_bytes(encoded, what="The root of the checkpoint")
    return Checkpoint(origin, decimal_number(size, what="The size of the checkpoint"), root, tuple(extensions))
