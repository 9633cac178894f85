"""Knows the checkpoints that were signed, and what witnesses wrote under them, as the database keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from bequest.ledger import checkpoint, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bequest.ledger.checkpoint import Checkpoint
    from bequest.ledger.note import Note, Signature
    from bequest.ledger.store import Store


_LARGEST = (1 << 63) - 1


class SignedCheckpoint(NamedTuple):
    """Hold one checkpoint, and the note in which the log signed it."""

    checkpoint: Checkpoint
    note: Note


def add(store: Store, signed: Note, *, at: str) -> None:
    """Store a signed checkpoint, in the caller's transaction; commit it before anybody sees the note."""
    stated = checkpoint.parse(signed.text)
    store.run(
        "INSERT INTO ledger_checkpoint (size, root, note, signed_at) VALUES (?, ?, ?, ?)",
        (stated.size, stated.root, signed.to_bytes().decode(), at),
    )


def newest(store: Store) -> SignedCheckpoint | None:
    """Return the checkpoint of the largest size that was signed here, None before the first."""
    row = store.run("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    if row is None:
        return None
    # The column has this type.
    signed = note.parse(cast("str", row[0]).encode())
    return SignedCheckpoint(checkpoint.parse(signed.text), signed)


def add_cosignature(store: Store, signature: Signature, *, size: int, at: int) -> None:
    """Store what a witness wrote under the checkpoint of a size at a POSIX second, in the caller's transaction.

    A signature of the same second that is there already stays.
    """
    row = (size, signature.name, at)
    if store.run("SELECT 1 FROM ledger_cosignature WHERE size = ? AND witness = ? AND time = ?", row).fetchone():
        return
    store.run(
        "INSERT INTO ledger_cosignature (size, witness, line, time) VALUES (?, ?, ?, ?)",
        (size, signature.name, signature.line(), at),
    )


def cosignatures(store: Store, size: int) -> tuple[Signature, ...]:
    """Return the signatures of witnesses under the checkpoint of a size, of each witness the newest."""
    rows = store.run(
        "SELECT witness, line FROM ledger_cosignature WHERE size = ? ORDER BY witness, time", (size,)
    ).fetchall()
    newest_of = {str(witness): str(line) for witness, line in rows}
    return tuple(note.parse_signature(line.removesuffix("\n")) for line in newest_of.values())


def cosigned_sizes(store: Store) -> Iterator[int]:
    """Yield the sizes of the checkpoints that a witness has signed, the largest first."""
    below = _LARGEST
    while True:
        row = store.run("SELECT max(size) FROM ledger_cosignature WHERE size < ?", (below,)).fetchone()
        if row is None or row[0] is None:
            return
        # The column has this type.
        below = cast("int", row[0])
        yield below


def first_signed_after(store: Store, size: int | None) -> str | None:
    """Return the instant at which the first checkpoint above a size was signed, or the first at all; None without."""
    row = store.run(
        "SELECT signed_at FROM ledger_checkpoint WHERE size > ? ORDER BY size LIMIT 1", (-1 if size is None else size,)
    ).fetchone()
    return None if row is None else str(row[0])


def every(store: Store) -> tuple[Note, ...]:
    """Return every checkpoint that was signed, by rising size, each with the signatures of its witnesses."""
    rows = store.run("SELECT size, note FROM ledger_checkpoint ORDER BY size").fetchall()
    # The columns have these types.
    return tuple(
        note.parse(cast("str", written).encode()).with_signatures(cosignatures(store, cast("int", size)))
        for size, written in rows
    )
