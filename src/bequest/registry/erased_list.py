"""Knows the list of whom an office erased, kept apart from its database: a restored backup brings their keys back.

The list names nobody: a person stands in it by their identifier in the vault, which only a backup from before the
erasure leads to anybody from.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bequest.model.errors import InputError, RefusedError
from bequest.registry.erasures import CandidateErased, DonorErased, erase_candidate, erase_donor
from bequest.registry.models import Candidate, ClosedEvent, DonorCase, Event, Subject
from bequest.registry.office import Request
from bequest.registry.rows import every, found, leaf_of, needed
from bequest.registry.secrecy import event_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bequest.registry.office import Office

_MEMBERS = {"basis", "erased_at", "leaf", "subject"}


@dataclass(frozen=True, slots=True)
class Erased:
    """Hold one erased person: which in the vault, on which legal basis, when, and by which leaf of the log then."""

    subject: str
    basis: str
    erased_at: str
    leaf: int


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """Hold how many were erased again, and in sentences why others could not be."""

    erased: int
    open: tuple[str, ...]


def erased_list(office: Office) -> tuple[Erased, ...]:
    """Return everybody whom the office erased, the first one first."""
    gone = {each.id: each for each in every(office.using, Subject, destroyed_at__isnull=False)}
    by_event = {each.event_id: each.erasure_id for each in every(office.using, ClosedEvent)}
    events = every(office.using, Event, subject_id__in=list(gone))
    by_subject = {str(each.subject_id): by_event[each.id] for each in events if each.id in by_event}
    listed = [_erased(office, gone[subject], erasure) for subject, erasure in by_subject.items()]
    return tuple(sorted(listed, key=lambda each: each.leaf))


def written(listed: Iterable[Erased]) -> str:
    """Return a list as a file holds it: a line of JSON for each person."""
    return "".join(f"{json.dumps(asdict(each), sort_keys=True)}\n" for each in listed)


def read_list(text: str, *, place: str) -> tuple[Erased, ...]:
    """Return the list that a file holds; raise `InputError` with the line that is none of it."""
    return tuple(_read(line, f"{place}, line {number}") for number, line in enumerate(text.splitlines(), 1))


def goes_on(office: Office, before: Sequence[Erased]) -> tuple[Erased, ...]:
    """Return a list with everybody who was erased since, the first one first.

    Who stands in it and is not known here stays: they came after the backup that this database is. Raises `InputError`
    where somebody of it has a key here.
    """
    back = back_again(office.using, before)
    if back:
        raise InputError(
            f"{len(back):,} of this list have their keys again, as after a backup was restored; erase them first: "
            "bequest erased again."
        )
    whole = {each.subject: each for each in (*before, *erased_list(office))}
    return tuple(sorted(whole.values(), key=lambda each: (each.erased_at, each.subject)))


def back_again(using: str, listed: Sequence[Erased]) -> tuple[Erased, ...]:
    """Return who of a list has a key in the vault all the same, as after a backup was restored."""
    kept = every(using, Subject, id__in=[each.subject for each in listed], destroyed_at__isnull=True)
    names = {each.id for each in kept}
    return tuple(each for each in listed if each.subject in names)


def erase_again(office: Office, listed: Sequence[Erased], *, actor: str) -> ErasedAgain:
    """Erase everybody of a list whose key is in the vault again; asked once more, it does what is left to do."""
    done, left = 0, list[str]()
    for each in back_again(office.using, listed):
        try:
            _erase(office, each, actor)
            done += 1
        except (InputError, RefusedError) as error:
            left.append(f"{each.subject}: {error}")
    return ErasedAgain(done, tuple(left))


def _erased(office: Office, subject: Subject, erasure: str) -> Erased:
    event = needed(office.using, Event, "An erasure is an event.", id=erasure)
    basis = str(event_fields(office, event)["basis"])
    return Erased(subject.id, basis, str(subject.destroyed_at), leaf_of(office.using, erasure))


def _erase(office: Office, erased: Erased, actor: str) -> None:
    request = Request(f"erased again {erased.subject}", actor)
    candidate = found(office.using, Candidate, subject_id=erased.subject)
    if candidate is not None:
        erase_candidate(office, request, CandidateErased(candidate.id, erased.basis))
        return
    sentence = "This person is neither a candidate nor a donor here; look for them in the database."
    case = needed(office.using, DonorCase, sentence, subject_id=erased.subject)
    erase_donor(office, request, DonorErased(case.donation, erased.basis))


def _read(line: str, place: str) -> Erased:
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    texts = ("subject", "basis", "erased_at")
    if (
        not isinstance(record, dict)
        or set(record) != _MEMBERS
        or not all(isinstance(record[name], str) for name in texts)
        or not isinstance(record["leaf"], int)
    ):
        raise InputError(
            f"{place}: this is no line of a list of erased persons; give what `bequest erased list` wrote."
        )
    return Erased(record["subject"], record["basis"], record["erased_at"], record["leaf"])
