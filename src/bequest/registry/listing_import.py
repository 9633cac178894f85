"""Knows how a list that was kept elsewhere is taken over: many registrations at once, each with a leaf of its own.

The whole of it is judged first, as each would be alone. Then they are listed, some hundreds in one transaction; who
stopped half-way asks for the same again, and those that are there already are left alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.facts import facts_digest
from bequest.model.column import Table
from bequest.model.enums import RegistrationStatus
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.facts_check import check_facts
from bequest.registry.listings import CREATED, Listing, refuse_long_levels, said_of_listing
from bequest.registry.models import Candidate, Centre, Event, Registration, Subject, Version
from bequest.registry.office import Request
from bequest.registry.recording import Asked, record, record_many
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import add_all, every
from bequest.registry.secrecy import new_identifier, subject_row
from bequest.registry.versions import REMOVED, lock_list, newest_versions, version_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bequest.registry.office import Office
    from bequest.registry.recording import Happening, Unit

AT_ONCE = 500
_TOLD = 200
"""How many mistakes are put into words; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Hold how many registrations were listed, and how many of those asked for were there already."""

    listed: int
    known: int


@dataclass(frozen=True, slots=True)
class ListRefused:
    """Hold which list was refused as a whole, by the SHA-256 of its facts."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Hold who answers for the rows of a centre, what a row is called, and who hears how many are done."""

    actors: Mapping[str, str]
    place: Callable[[int], str]
    tell: Callable[[int, int], None]


def import_listings(office: Office, listings: Sequence[Listing], source: Source) -> Imported:
    """Put many candidates on lists; nothing is written unless all of them can be listed.

    Raises `InputError` with a sentence for each row that is wrong, and `GateRefusedError`, whose leaf is in the log,
    where a rule refuses one of them.
    """
    asked = [_asked(listing, source) for listing in listings]
    _judge(office, listings, asked, source)
    listed = 0
    for start in range(0, len(asked), AT_ONCE):
        part = dict(zip([each.request.key for each in asked[start : start + AT_ONCE]], listings[start:], strict=False))
        listed += record_many(office, asked[start : start + AT_ONCE], partial(_list, part))
        source.tell(min(start + AT_ONCE, len(asked)), len(asked))
    return Imported(listed, len(asked) - listed)


def _asked(listing: Listing, source: Source) -> Asked:
    """Return the request for one row: the same row is listed once, however often the table is brought."""
    facts = dict(listing.facts)
    actor = source.actors.get(facts.get("centre", ""), "")
    key = f"import {facts.get('registration', '')} {facts_digest(facts)}"
    # Whoever answers for no centre is told so with the row, before anything is asked in anybody's name.
    return Asked(Request(key, actor or "nobody"), listing)


def _judge(office: Office, listings: Sequence[Listing], asked: Sequence[Asked], source: Source) -> None:
    check_facts([dict(listing.facts) for listing in listings], Table.REGISTRATION)
    done = _done(office.using, [each.request.key for each in asked])
    new = [row for row, each in enumerate(asked) if each.request.key not in done]
    wrong = [
        *_wrong_alone(office, listings, new, source),
        *_wrong_together(office.using, listings, new),
    ]
    if wrong:
        wrong.sort()
        more = [f"{len(wrong) - _TOLD} more rows are wrong; nothing was listed."] if len(wrong) > _TOLD else []
        raise InputError(*(f"{source.place(row)}: {sentence}" for row, sentence in wrong[:_TOLD]), *more)
    _refuse_long_levels(office, [listings[row] for row in new], source)


def _done(using: str, keys: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        found |= {each.request_key for each in every(using, Event, request_key__in=keys[start : start + AT_ONCE])}
    return frozenset(found)


def _wrong_alone(
    office: Office, listings: Sequence[Listing], new: Sequence[int], source: Source
) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a row whatever else is in the table, or on the lists."""
    centres = {each.id for each in every(office.using, Centre)}
    for row in new:
        facts = listings[row].facts
        if facts["status"] == RegistrationStatus.REMOVED.value:
            yield row, "a registration that was removed is put on no list; leave the row out."
        if (facts["synthetic"] == "yes") != office.synthetic:
            yield row, "invented people, and they alone, are on the lists of a registry with country ZZ."
        if facts["centre"] not in centres:
            yield row, f"centre '{facts['centre'][:40]}' is not in the table of places; add it first."
        elif facts["centre"] not in source.actors:
            yield row, f"nobody was named who answers for centre '{facts['centre'][:40]}'; name an account of it."


def _wrong_together(using: str, listings: Sequence[Listing], new: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the rows of whom is listed already, in the table or on the lists, and identities that are known."""
    counted = Counter(_spot(listings[row].facts) for row in new)
    named = Counter(listings[row].facts["candidate"] for row in new if listings[row].identity is not None)
    for start in range(0, len(new), AT_ONCE):
        rows = new[start : start + AT_ONCE]
        known = _known(using, [listings[row].facts for row in rows])
        for row in rows:
            facts = listings[row].facts
            if facts["registration"] in known.registrations:
                yield row, "this registration is there already, with other facts; change it by a step of its own."
            elif _spot(facts) in known.spots or counted[_spot(facts)] > 1:
                yield row, f"the candidate is on the {facts['organ']} list of this centre already; list them once."
            if listings[row].identity is not None and facts["candidate"] in known.candidates:
                yield row, "the candidate is known, with an identity in the vault; leave it out."
            if listings[row].identity is not None and named[facts["candidate"]] > 1:
                yield row, "the identity of a candidate is given once, with the first row; leave it out of the others."


_Spot = tuple[str, str, str]


def _spot(facts: Mapping[str, str]) -> _Spot:
    """Return what a candidate has one registration of: a list of a centre."""
    return facts["candidate"], facts["organ"], facts["centre"]


@dataclass(frozen=True, slots=True)
class _Known:
    """Hold what is there of some rows: registrations, candidates with their persons, and spots that are taken."""

    registrations: frozenset[str]
    candidates: Mapping[str, str]
    spots: frozenset[_Spot]


def _known(using: str, rows: Sequence[Mapping[str, str]]) -> _Known:
    people = sorted({facts["candidate"] for facts in rows})
    candidates = {each.id: each.subject_id for each in every(using, Candidate, id__in=people)}
    theirs = {each.id: each for each in every(using, Registration, candidate_id__in=list(candidates))}
    newest = newest_versions(using, list(theirs))
    spots = {
        (theirs[name].candidate_id, theirs[name].waiting_list_id, version.centre_id or "")
        for name, version in newest.items()
        if version.kind != REMOVED
    }
    registrations = every(using, Registration, id__in=[facts["registration"] for facts in rows])
    return _Known(frozenset(each.id for each in registrations), candidates, frozenset(spots))


def _refuse_long_levels(office: Office, listings: Sequence[Listing], source: Source) -> None:
    """Have the list refused as a whole where one of it has a level that nobody is listed with."""
    at = office.clock()
    for row, listing in enumerate(listings):
        try:
            refuse_long_levels(dict(listing.facts), at, country=office.jurisdiction)
        except GateRefusedError as refused:
            sentence = f"{source.place(row)}: {refused}"
            digests = tuple(facts_digest(dict(each.facts)) for each in listings)
            actor = source.actors[listing.facts["centre"]]
            record(
                office, Request(f"import {new_identifier(office)}", actor), ListRefused(digests), _refusing(sentence)
            )


def _refusing(sentence: str) -> Callable[[Unit], Happening]:
    def refuse(_: Unit) -> Happening:
        raise GateRefusedError(sentence, rule=rules.URGENCY, step="urgency")

    return refuse


def _list(listings: Mapping[str, Listing], units: Sequence[Unit]) -> list[Happening]:
    """Add the rows of listings that were judged; what changed since then is judged again, their lists locked."""
    if not units:
        return []
    office, using = units[0].office, units[0].using
    mine = [listings[unit.request.key] for unit in units]
    for organ in sorted({listing.facts["organ"] for listing in mine}):
        lock_list(organ, units[0])
    known = _known(using, [listing.facts for listing in mine])
    for listing in mine:
        name = listing.facts["registration"]
        if name in known.registrations or _spot(listing.facts) in known.spots:
            raise InputError(f"Registration {name} was listed by somebody else meanwhile; bring the table again.")
    subjects = _new_subjects(office, mine, known)
    add_all(using, Subject, subjects.values())
    add_all(using, Candidate, (Candidate(id=name, subject_id=row.id) for name, row in subjects.items()))
    whose = {**known.candidates, **{name: row.id for name, row in subjects.items()}}
    registrations = [_registration(office, listing) for listing in mine]
    add_all(using, Registration, registrations)
    add_all(
        using,
        Version,
        (
            version_row(unit, name.id, CREATED, dict(each.facts))
            for unit, name, each in zip(units, registrations, mine, strict=True)
        ),
    )
    return [
        said_of_listing(listing, row, unit, subject_id=whose[row.candidate_id])
        for listing, row, unit in zip(mine, registrations, units, strict=True)
    ]


def _new_subjects(office: Office, listings: Sequence[Listing], known: _Known) -> dict[str, Subject]:
    """Return a person for each candidate who is new."""
    identities: dict[str, str | None] = {}
    for listing in listings:
        person = listing.facts["candidate"]
        if person not in known.candidates:
            identities[person] = identities.get(person) or listing.identity
    return {person: subject_row(office, identity) for person, identity in identities.items()}


def _registration(office: Office, listing: Listing) -> Registration:
    facts = listing.facts
    return Registration(
        id=facts["registration"],
        candidate_id=facts["candidate"],
        waiting_list_id=facts["organ"],
        pseudonym=new_identifier(office),
    )
