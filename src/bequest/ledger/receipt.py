"""Knows the receipt: one candidate's own row of a match run, with all that proves it to them, and nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.commitment import event_salts, opening, shown
from bequest.ledger.encoding import base64_text
from bequest.ledger.rows import row_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.commitment import Value
    from bequest.ledger.proof import TlogProof
    from bequest.ledger.rows import RunRows

HEADER, SOURCE_HEADER = "bequest receipt v1", "bequest source receipt v1"
SHOWN = "rows_root"
"""What a receipt opens of the run's leaf: the root under which the row stands."""


def receipt(  # noqa: PLR0913  all that a receipt is made of
    leaf: bytes,
    fields: Mapping[str, Value],
    *,
    event_key: bytes,
    rows: RunRows,
    run_key: bytes,
    registration: str,
    proof: TlogProof,
) -> bytes:
    """Return the receipt of one registration as a file of 1 to 3 KB.

    Its lines are a header, the leaf of the run, the root of the rows as that leaf commits to it, the row, and a
    tlog-proof file as it is. Hashes of a path stand behind each other in one text of base64.
    """
    index = rows.registrations.index(registration)
    row, root = rows.rows[index], shown(event_salts(event_key), fields, SHOWN)
    opened = {
        "root": root.value,
        "salt": base64_text(root.salt),
        "index": root.index,
        "size": root.size,
        "path": base64_text(b"".join(root.path)),
    }
    own = {
        **row.fields(),
        "key": base64_text(row_key(run_key, row.who)),
        "index": index,
        "size": len(rows.rows),
        "path": base64_text(b"".join(rows.path(index))),
    }
    lines = (HEADER.encode(), leaf, canonical_bytes(opened), canonical_bytes(own))
    return b"\n".join(lines) + b"\n\n" + proof.to_bytes()


def source_receipt(leaf: bytes, fields: Mapping[str, Value], *, event_key: bytes, proof: TlogProof) -> bytes:
    """Return the receipt of whoever recorded or attested an event: its leaf with every field open, and its proof.

    With it a register, a court or a hospital proves that what it signed stands in the log, and what it said.
    """
    opened = canonical_bytes({"fields": opening(event_salts(event_key), fields, fields)})
    return b"\n".join((SOURCE_HEADER.encode(), leaf, opened)) + b"\n\n" + proof.to_bytes()
