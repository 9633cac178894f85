"""Knows how HLA and antibody results reach a registration: typed twice, unseen, or out of a machine's file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.clinical.names import listed_names, read_name
from bequest.clinical.typing import parse_typing
from bequest.ledger.vault import NONCE_BYTES, seal, unseal
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.models import Candidate, Registration, ResultCheck, ResultEntry, ResultUpload
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, found, leaf_of, needed
from bequest.registry.secrecy import subject_key
from bequest.registry.versions import about, check_registration, facts_of, gone_on, held_on_list, merged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.clinical.antigens import Locus
    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit
    from bequest.registry.versions import Held

TYPING, ANTIBODIES = "hla_typing", "antibodies"
COLUMN_OF: Mapping[str, str] = {TYPING: "hla", ANTIBODIES: "unacceptable_antigens"}
NONE_FOUND = "none"


@dataclass(frozen=True, slots=True)
class Typed:
    """Hold a result as somebody typed it from the laboratory's paper; `analysis` is `hla_typing` or `antibodies`."""

    registration: str
    analysis: str
    result: str


@dataclass(frozen=True, slots=True)
class TypedAgain:
    """Hold the same result as a second person typed it, without having seen the first entry."""

    entry: str
    result: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Hold a result out of a machine's file: what it says, the file's SHA-256, and who signs for it."""

    registration: str
    analysis: str
    result: str
    document: str
    signer: str


def enter_result(office: Office, request: Request, typed: Typed) -> Entered:
    """Type a result; it waits, sealed, and changes nothing before somebody else has typed the same."""
    return record(office, request, typed, partial(_enter, typed))


def confirm_result(office: Office, request: Request, again: TypedAgain) -> Entered:
    """Type a result a second time: where the two agree it is taken over, and else nothing is, and the loci are named.

    Whether it was taken over, `differing_loci` says. A pair of entries is compared once.
    """
    return record(office, request, again, partial(_confirm, again))


def upload_result(office: Office, request: Request, uploaded: Uploaded) -> Entered:
    """Take over a result out of a machine's file, for which somebody signs."""
    return record(office, request, uploaded, partial(_upload, uploaded))


def differing_loci(using: str, entry: str) -> tuple[str, ...]:
    """Return where the two entries of a result differ; none where they agree. Raises `InputError` before the second."""
    check = needed(using, ResultCheck, "Nobody has typed this result a second time yet.", entry_id=entry)
    return tuple(check.loci.split())


def by_locus(analysis: str, result: str) -> Mapping[Locus, tuple[str, ...]]:
    """Return the names of a result by locus, sorted, whatever the order and spelling in which they were typed.

    Raises `InputError` for a name that is none, or a third antigen at a locus.
    """
    found_at: dict[Locus, set[str]] = {}
    words = result.replace("^", " ").replace("+", " ").split()
    if analysis == ANTIBODIES:
        for word in words if words != [NONE_FOUND] else ():
            found_at.setdefault(read_name(word).locus, set()).update(listed_names(word))
    else:
        parse_typing(result)
        for word in words:
            # A second copy that is the same antigen is said by naming it once or twice.
            meant = re.split(r"[/|]", word)
            found_at.setdefault(read_name(meant[0]).locus, set()).add("/".join(sorted(map(_canonical, meant))))
    return {locus: tuple(sorted(names)) for locus, names in found_at.items()}


def _canonical(word: str) -> str:
    reading = read_name(word)
    names = " ".join(sorted(reading.names)) or "unknown"
    return f"{names}{'?' if reading.silent else ''}"


def _enter(typed: Typed, unit: Unit) -> Happening:
    before = held_on_list(typed.registration, unit)
    _understood(typed.analysis, typed.result)
    key = _person_key(before.registration, unit)
    added(
        unit.using,
        ResultEntry(
            event_id=unit.event_id,
            registration_id=before.registration.id,
            analysis=typed.analysis,
            sealed=seal(key, _plain(typed.result), nonce=unit.office.entropy(NONCE_BYTES), about=_about(unit.event_id)),
            entered_by=unit.request.actor,
        ),
    )
    fields = {"analysis": typed.analysis, "result": hashlib.sha256(_plain(typed.result)).hexdigest()}
    return about(unit, before.registration, "result.entered", fields)


def _confirm(again: TypedAgain, unit: Unit) -> Happening:
    entry = needed(unit.using, ResultEntry, "There is no such entry; check its identifier.", event_id=again.entry)
    before = held_on_list(entry.registration_id, unit)
    if found(unit.using, ResultCheck, entry_id=entry.event_id):
        raise InputError("This entry was compared with a second one already; enter the result anew.")
    if entry.entered_by == unit.request.actor:
        raise GateRefusedError(
            "A result is confirmed by somebody else than who typed it; ask a colleague to type it from the paper.",
            rule=rules.LISTING, step="listing",
        )  # fmt: skip
    second = _understood(entry.analysis, again.result)
    sealed = unseal(_person_key(before.registration, unit), bytes(entry.sealed), about=_about(entry.event_id))
    first = _understood(entry.analysis, sealed.decode())
    loci = sorted(locus.value for locus in {*first, *second} if first.get(locus) != second.get(locus))
    added(
        unit.using,
        ResultCheck(
            event_id=unit.event_id,
            entry_id=entry.event_id,
            entered_by=entry.entered_by,
            checked_by=unit.request.actor,
            loci=" ".join(loci),
        ),
    )
    entered = leaf_of(unit.using, entry.event_id)
    if loci:
        names: list[Value] = [locus.lower() for locus in loci]
        fields: dict[str, Value] = {"entered": entered, "loci": names}
        return about(unit, before.registration, "result.differed", fields)
    return _taken_over(unit, before, entry.analysis, sealed.decode(), {"entered": entered})


def _upload(uploaded: Uploaded, unit: Unit) -> Happening:
    before = held_on_list(uploaded.registration, unit)
    _understood(uploaded.analysis, uploaded.result)
    if not uploaded.signer:
        raise GateRefusedError(
            "Nobody signs for this file; name who answers for it, or have the result typed by two people.",
            rule=rules.LISTING, step="listing",
        )  # fmt: skip
    added(
        unit.using,
        ResultUpload(
            event_id=unit.event_id,
            registration_id=before.registration.id,
            analysis=uploaded.analysis,
            document=uploaded.document,
            signer=uploaded.signer,
        ),
    )
    return _taken_over(unit, before, uploaded.analysis, uploaded.result, {"evidence": uploaded.document})


def _taken_over(unit: Unit, before: Held, analysis: str, result: str, fields: dict[str, Value]) -> Happening:
    facts = merged(facts_of(before.version), {COLUMN_OF[analysis]: " ".join(result.split())})
    check_registration(facts, unit)
    return gone_on(unit, before, "listing.changed", facts, fields)


def _understood(analysis: str, result: str) -> Mapping[Locus, tuple[str, ...]]:
    """Return a result by locus; raise `InputError` for one that says nothing, or of no analysis that we know."""
    if analysis not in COLUMN_OF:
        raise InputError(f"'{analysis[:40]}' is no result of this kind; give {TYPING} or {ANTIBODIES}.")
    if not result.strip():
        raise InputError(
            f"An empty result says nothing; where antibodies were looked for and none found, give '{NONE_FOUND}'."
        )
    return by_locus(analysis, result)


def _plain(result: str) -> bytes:
    return " ".join(result.split()).encode()


def _about(event_id: str) -> str:
    return f"result of event {event_id}"


def _person_key(registration: Registration, unit: Unit) -> bytes:
    candidate = needed(unit.using, Candidate, "A registration has a candidate.", id=registration.candidate_id)
    return subject_key(unit.office, candidate.subject_id)
