"""Knows vectors of signatures: notes with their keys, keys that must be refused, and the checkpoints of real logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.comparison import BadFileError, Compared, Difference

from bequest.inquiry.verify import notes
from bequest.inquiry.verify.finding import BrokenError
from bequest.ledger import checkpoint, note
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import parse_vkey
from vectors.fields import field, has, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Row = Mapping[str, object]

_SIGNED = (("note", "vkey"), ("note", "vkeys"))
_STATED = {"origin": "origin", "size": "size"}


def has_notes(content: Row) -> bool:
    """Return whether a file holds texts with a signature line and a key each."""
    return isinstance(content.get("notes"), list) and all("sigline" in each for each in content["notes"])


def compare_notes(content: Row) -> Iterator[Compared]:
    """Return each note, which must verify, and each key that must not be one."""
    for number, row in enumerate(content["notes"]):
        data = f"{row['text']}\n{row['sigline']}".encode()
        yield _verified(f"note {number}", data, [row["vkey"]], row)
    for number, row in enumerate(content.get("bad_vkeys", ())):
        refused = {"ledger": not _works(parse_vkey, row["vkey"]), "inquiry": not _works(notes.read_key, row["vkey"])}
        wrong = tuple(Difference(name, "refused", "accepted") for name, held in refused.items() if not held)
        yield Compared(f"bad key {number}", row.get("why"), wrong)


def has_checkpoints(content: Row) -> bool:
    """Return whether a file holds whole signed notes with the keys of their signers."""
    return any(rows(content, having=having) for having in _SIGNED)


def compare_checkpoints(content: Row) -> Iterator[Compared]:
    """Return each signed note, which must verify, and what it states where the row says what that is."""
    for having in _SIGNED:
        for name, row in rows(content, having=having):
            data, keys = field(row, "note"), field(row, "vkeys" if has(row, "vkeys") else "vkey")
            if not isinstance(data, str):
                raise BadFileError(f"row {name}: the note is no text.")
            yield _verified(name, data.encode(), [keys] if isinstance(keys, str) else list(keys), row)


def _verified(name: str, data: bytes, keys: list[str], row: Row) -> Compared:
    wanted = not row.get("wantErr", False)
    checks: dict[str, Callable[[], object]] = {
        "ledger": lambda: note.verified_by(note.parse(data), [parse_vkey(key) for key in keys]),
        "inquiry": lambda: notes.check_signatures(data, [notes.read_key(key) for key in keys]),
    }
    wrong = [Difference(side, wanted, not wanted) for side, check in checks.items() if _works(check) != wanted]
    if not wrong and wanted and any(key in row for key in _STATED):
        stated = checkpoint.parse(note.parse(data).text)
        wrong += [
            Difference(key, row[key], getattr(stated, ours))
            for key, ours in _STATED.items()
            if key in row and str(row[key]) != str(getattr(stated, ours))
        ]
    return Compared(name, keys, tuple(wrong))


def _works(check: Callable[..., object], *arguments: object) -> bool:
    try:
        check(*arguments)
    except (LedgerError, BrokenError):
        return False
    return True
