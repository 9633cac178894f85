"""Knows the proof file (C2SP tlog-proof): one leaf's place in a log, with the checkpoint that it is proved under."""

from __future__ import annotations

from dataclasses import dataclass

from bequest.ledger import checkpoint, note
from bequest.ledger.encoding import base64_bytes, base64_text, decimal_number
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import HASH_BYTES, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Hold the index of a leaf, its path nearest first, a signed checkpoint, and bytes that nothing vouches for."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """Return the proof as a file."""
        extra = () if self.extra is None else (f"extra {base64_text(self.extra)}",)
        lines = (HEADER, *extra, f"index {self.index}", *(base64_text(each) for each in self.path), "")
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint

    def check_leaf(self, digest: bytes) -> checkpoint.Checkpoint:
        """Return the checkpoint under which the leaf hash is proved; its signatures are for the reader to check.

        Raises `LedgerError` if the path does not lead from the leaf to the checkpoint's root.
        """
        stated = checkpoint.parse(note.parse(self.checkpoint).text)
        verify_inclusion(digest, index=self.index, size=stated.size, path=self.path, under=stated.root)
        return stated


def parse(data: bytes) -> TlogProof:
    """Return the proof that a file holds, nothing of it checked; raise `LedgerError` if it holds none."""
    head, gap, signed = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise LedgerError("The proof's first lines are not ASCII.") from error
    if not gap or lines[0] != HEADER:
        raise LedgerError(f"The file is no proof: it does not begin with {HEADER} and hold an empty line.")
    rest = lines[1:]
    extra = (
        base64_bytes(rest.pop(0).removeprefix("extra "), what="The extra line")
        if rest and rest[0].startswith("extra ")
        else None
    )
    if not rest or not rest[0].startswith("index "):
        raise LedgerError("The proof does not state the index of its leaf.")
    index = decimal_number(rest[0].removeprefix("index "), what="The index of the leaf")
    path = tuple(base64_bytes(line, what="A hash of the proof") for line in rest[1:])
    if len(path) > _MOST_HASHES or any(len(each) != HASH_BYTES for each in path):
        raise LedgerError(f"A proof has at most {_MOST_HASHES} hashes, of {HASH_BYTES} bytes each.")
    return TlogProof(index, path, signed, extra)
