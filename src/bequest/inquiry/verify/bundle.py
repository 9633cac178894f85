"""Knows how a whole bundle is verified: check after check, each on what those before it established."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from bequest.inquiry.verify.attestations import (
    Parties,
    check_parties,
    count_attested,
    independent_witnesses,
    read_parties,
)
from bequest.inquiry.verify.completeness import check_counts, check_days, check_referrals
from bequest.inquiry.verify.donations import check_donations
from bequest.inquiry.verify.erasures import Erasures, check_erasures, erased_text, read_erasures
from bequest.inquiry.verify.exchanges import check_exchanges
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.leaves import check_leaves, open_leaves, public_fields, read_leaf, required_public
from bequest.inquiry.verify.listings import check_listings
from bequest.inquiry.verify.log import check_begins, check_times, entries_of, newest_state, older_states, read_state
from bequest.inquiry.verify.manifest import NOTE, check_manifest, check_manifest_note
from bequest.inquiry.verify.offers import check_offers
from bequest.inquiry.verify.order import check_pointers, check_policies
from bequest.inquiry.verify.plain_json import read_lines
from bequest.inquiry.verify.recoveries import check_recoveries
from bequest.inquiry.verify.report import Check, Report, Verdict
from bequest.inquiry.verify.rotations import check_rotations
from bequest.inquiry.verify.spans import spans
from bequest.inquiry.verify.trust import read_trust, with_newer_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.inquiry.verify.evidence import Evidence
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.log import SignedState
    from bequest.inquiry.verify.manifest import Manifest
    from bequest.inquiry.verify.notes import Key
    from bequest.inquiry.verify.plain_json import Json
    from bequest.inquiry.verify.trust import Trust

    Say = Callable[[str], None]
    Progress = Callable[[int, int], None]
    Step = Callable[["Verification", Say], str | None]

_ROWS_PATH = re.compile(r"rows/(0|[1-9][0-9]{0,18})\.jsonl")
NOT_REACHED = "what it builds on is broken"


class Verification:
    """Keep what the checks of a bundle have established so far.

    `trust_text` is the reader's own trust file, None to believe the bundle's; `older` are checkpoints that the reader
    kept. Each member is there once the check that establishes it has passed.
    """

    manifest: Manifest
    trust: Trust
    state: SignedState
    entries: list[bytes]
    states: list[SignedState]
    leaves: list[Leaf]
    erasures: Erasures
    introduced: frozenset[Key]
    own: list[SignedState]

    def __init__(self, evidence: Evidence, *, trust_text: str | None = None, older: Sequence[bytes] = ()) -> None:
        """Begin with the files, nothing of them believed."""
        self.evidence, self.trust_text, self.older = evidence, trust_text, older
        self.report = Report(key_from_bundle=trust_text is None)

    @property
    def readable(self) -> bool:
        """Tell whether the leaves could be read and opened, so that their contents can be checked."""
        return self.report.verdict_of("leaves") in {Verdict.OK, Verdict.FINDING}

    def check(self, name: str, step: Step) -> bool:
        """Make one check and write down what came of it; return whether the next can build on it."""
        said: list[str] = []
        try:
            words = step(self, said.append)
        except BrokenError as error:
            self.report.checks.append(Check(name, Verdict.BROKEN, f"{error}."))
            return False
        verdict = Verdict.FINDING if said else Verdict.NOT_CHECKED if words is None else Verdict.OK
        count = "1 finding" if len(said) == 1 else f"{len(said):,} findings"
        told = count if said else words or "not possible from what this bundle opens"
        self.report.checks.append(Check(name, verdict, f"{told}.", tuple(f"{each}." for each in said)))
        return True


def verify_bundle(
    evidence: Evidence,
    *,
    trust_text: str | None = None,
    older: Sequence[bytes] = (),
    progress: Progress = lambda _done, _of: None,
) -> Verification:
    """Return what a bundle shows, without a replay of its match runs; `progress` is told how many checks are done."""
    found = Verification(evidence, trust_text=trust_text, older=older)
    reached, count = True, len(_FOUNDATIONS) + len(_CONTENTS)
    for name, step in _FOUNDATIONS:
        progress(len(found.report.checks), count)
        if reached:
            reached = found.check(name, step)
        else:
            found.report.checks.append(Check(name, Verdict.NOT_CHECKED, f"{NOT_REACHED}."))
    for name, step in _CONTENTS:
        progress(len(found.report.checks), count)
        if found.readable:
            found.check(name, step)
        else:
            found.report.checks.append(Check(name, Verdict.NOT_CHECKED, f"{NOT_REACHED}."))
    return found


def _files(found: Verification, _: Say) -> str:
    found.manifest = check_manifest(found.evidence)
    found.report.synthetic = found.manifest.synthetic
    size = sum(found.evidence.sizes.values())
    return f"{len(found.manifest.paths):,} files, every byte of {size / 1e6:,.1f} MB covered by the manifest"


def _keys(found: Verification, _: Say) -> str:
    handed_on = read_trust(_read(found.evidence, "trust.policy").decode("utf-8", "replace"))
    own = handed_on if found.trust_text is None else read_trust(found.trust_text)
    found.trust, found.introduced = with_newer_keys(own, handed_on)
    named = ", named by the bundle itself" if found.trust_text is None else ""
    if found.introduced:
        named = f", and {len(found.introduced)} newer of the log, if one that you trust introduces it"
    return f"{len(own.logs)} log, {len(own.witnesses)} witnesses{named}"


def _signed(found: Verification, _: Say) -> str:
    name = check_manifest_note(found.evidence, found.trust)
    return f"{NOTE} is signed by {name}"


def _witnessed(found: Verification, say: Say) -> str:
    found.state = newest_state(found.evidence, found.trust)
    signed = found.state.witnesses()
    if not found.trust.has_quorum(signed):
        say("the newest checkpoint does not have the quorum of witnesses that the trust file asks for")
    parties = read_parties(_read(found.evidence, "parties.json"))
    found.report.independent = independent_witnesses(signed, parties)
    size, all_of_them = found.state.checkpoint.size, len(found.trust.witnesses)
    return f"{size:,} leaves, signed by the log and cosigned by {len(signed)} of {all_of_them} witnesses"


def _log(found: Verification, _: Say) -> str:
    found.entries = entries_of(found.evidence, found.state)
    return f"{len(found.entries):,} leaves hashed, all under the signed root"


def _history(found: Verification, _: Say) -> str:
    found.own = [read_state(data, found.trust) for data in found.older]
    found.states = older_states(found.evidence, found.trust)
    if all(state.checkpoint.text != found.state.checkpoint.text for state in found.states):
        raise BrokenError("checkpoints/ does not hold the newest checkpoint")
    # What the reader kept of a log that was lost is held against what is said of it: `recoveries`.
    own = [state for state in found.own if state.checkpoint.origin == found.state.checkpoint.origin]
    count = check_begins(found.entries, [*found.states, *own])
    return f"the log begins with each of {count} earlier checkpoints"


def _leaves(found: Verification, say: Say) -> str:
    leaves = [read_leaf(entry, number) for number, entry in enumerate(found.entries)]
    count = open_leaves(leaves, read_lines(_read(found.evidence, "openings.jsonl"), "openings.jsonl"))
    found.leaves, paths = leaves, found.manifest.paths
    found.erasures = found.report.erasures = read_erasures(found.evidence, paths, leaves)
    check_leaves(leaves, synthetic=found.manifest.synthetic, say=say)
    for leaf in leaves:
        closed = required_public(leaf.kind) - leaf.fields.keys()
        open_ = leaf.fields.keys() - public_fields(leaf.kind)
        if found.manifest.kind == "public" and open_:
            say(f"the bundle says that it is for anybody, and opens '{min(open_)}' of leaf {leaf.number} ({leaf.kind})")
        what = f"leaf {leaf.number} ({leaf.kind})"
        if _is_short(found, leaf):
            say(f"the bundle says that it opens {_SAID[found.manifest.kind]}, and does not open all of {what}")
        elif closed:
            say(
                f"the bundle keeps '{min(closed)}' of leaf {leaf.number} ({leaf.kind}) closed, which every bundle opens"
            )
    return f"each is in its one form; {count:,} are opened, to what they commit to"


_SAID = {"replay": "everything", "inquiry": "leaves as a whole or as every bundle does"}


def _is_short(found: Verification, leaf: Leaf) -> bool:
    """Tell whether a leaf is not open as a whole where the kind of the bundle asks for it, and nobody was erased."""
    if (
        found.manifest.kind == "public"
        or len(leaf.fields) == len(leaf.hashes) > 0
        or found.erasures.closes(leaf.number)
    ):
        return False
    return found.manifest.kind == "replay" or bool(leaf.fields.keys() - public_fields(leaf.kind))


def _erasures(found: Verification, say: Say) -> str:
    count, persons = check_erasures(found.leaves, found.erasures, say), found.erasures.persons
    if not persons:
        return "nobody was erased"
    if found.manifest.kind == "public":
        if found.erasures.closed:
            say("the bundle says that it is for anybody, and tells which leaves are of one person who was erased")
        return f"{erased_text(persons)}; of their leaves the same is open as before"
    closed = found.erasures.numbers()
    named = f", each before the one that says so: leaves {spans(closed)}" if closed else ""
    return f"{erased_text(persons)}, and with that {count:,} leaves are closed{named}"


def _rotations(found: Verification, say: Say) -> str:
    count = check_rotations(found.leaves, [*found.states, *found.own], found.trust.logs, found.introduced, say)
    replaced = f"{count:,} keys of the log were replaced, each by one that the key before it introduced"
    return replaced if count else "no key of the log was replaced"


def _recoveries(found: Verification, say: Say) -> str:
    lost = found.report.lost = check_recoveries(found, say)
    gone = f"; {sum(lost.values()):,} leaves of what was lost are not in it"
    return f"{len(lost):,} times the log goes on from one that was lost{gone}" if lost else "no log was lost before it"


def _times(found: Verification, say: Say) -> str:
    minutes = [int(leaf.at.timestamp()) for leaf in found.leaves]
    for number in range(1, len(minutes)):
        if minutes[number] < minutes[number - 1]:
            say(f"leaf {number} states an earlier time than the leaf before it")
    count = check_times(found.leaves, found.states, say)
    seen = f"between what witnesses saw at {count:,} checkpoints" if count else "which no witness bounds"
    return f"{len(minutes):,} leaves in the order of their times, {seen}"


def _gates(found: Verification, say: Say) -> str:
    count = check_pointers(found.leaves, say)
    return (
        f"{count:,} references lead to earlier leaves: no run before consent, custody check, and death or its pathway"
    )


def _donations(found: Verification, say: Say) -> str:
    count = check_donations(found.leaves, say)
    return f"{count:,} organs were released, each by gates of its own donation, and none after consent was withdrawn"


def _exchanges(found: Verification, say: Say) -> str:
    count = check_exchanges(found.leaves, say)
    if not count.left and not count.came:
        return "no organ left the country, and no donation came from abroad"
    return f"{count.left:,} organs left the country and {count.came:,} donations came, each under an agreement in force"


def _listings(found: Verification, say: Say) -> str | None:
    count = check_listings(found.leaves, say)
    return None if count is None else f"{count:,} changes of lists, each upon the one before"


def _policies(found: Verification, say: Say) -> str:
    runs = {leaf.text("policy_hash"): leaf.number for leaf in reversed(found.leaves) if leaf.kind == "match.run"}
    for used, number in runs.items():
        if f"policies/{used}.yaml" not in found.evidence.sizes:
            say(f"policies/{used}.yaml, by which leaf {number} ranked, is not in the bundle")
    plans = {leaf.text("plan_hash"): leaf.number for leaf in reversed(found.leaves) if "plan_hash" in leaf.fields}
    for used, number in plans.items():
        if f"policies/{used}.yaml" not in found.evidence.sizes:
            say(f"policies/{used}.yaml, the donor plan that leaf {number} follows, is not in the bundle")
    count = check_policies(found.leaves, say)
    # The hash of a policy is over its parsed form, and reading that form is the engine's work.
    unread = ". That policies/ holds what was in force, only a replay shows" if found.manifest.kind == "public" else ""
    return f"{count:,} runs used a policy that was in force{unread}"


def _offers(found: Verification, say: Say) -> str:
    rows: dict[int, list[dict[str, Json]]] = {}
    for path in found.manifest.paths:
        if path.startswith("rows/"):
            named = _ROWS_PATH.fullmatch(path)
            if named is None:
                raise BrokenError(f"{path[:80]} is of no match run")
            rows[int(named.group(1))] = read_lines(_read(found.evidence, path), path)
    told = found.report.offers = check_offers(found.leaves, rows, say)
    departed = f", {told.departed:,} depart from them as was approved" if told.departed else ""
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(told.passed.items()))
    classes = ", ".join(f"{name} {count:,}" for name, count in sorted(told.classes.items()))
    passed = f"; {told.passed.total():,} places were passed over, as recorded: {reasons} ({classes})" if reasons else ""
    return f"{told.following:,} offers follow the committed ranks{departed}{passed}"


def _counts(found: Verification, say: Say) -> str:
    return f"{check_counts(found.leaves, say):,} runs: everybody is ranked, or counted as not ranked"


def _days(found: Verification, say: Say) -> str:
    return f"{check_days(found.leaves, say):,} days are closed, without a gap"


def _referrals(found: Verification, say: Say) -> str | None:
    count = check_referrals(found.leaves, say)
    return None if count is None else f"{count:,} referrals are numbered without a gap, hospital by hospital"


def _exports(found: Verification, say: Say) -> str:
    published = {leaf.text("file") for leaf in found.leaves if leaf.kind == "export.published"}
    paths = [path for path in found.manifest.paths if path.startswith("export/")]
    for path in paths:
        if sha256(_read(found.evidence, path)).hexdigest() not in published:
            say(f"{path} is not a file whose publication stands in the log")
    return f"{len(paths)} files of public figures, each as its publication was recorded"


def _attested(found: Verification, say: Say) -> str:
    parties: Parties = read_parties(_read(found.evidence, "parties.json"))
    check_parties(parties, found.trust, say)
    found.report.attested = count_attested(found.leaves, parties, say)
    outside = sum(each.outside for each in found.report.attested.values())
    return f"{outside:,} facts were signed at their source, by parties that the bundle says are outside the operator"


def _read(evidence: Evidence, path: str) -> bytes:
    data = evidence.read(path)
    if data is None:
        raise BrokenError(f"{path} is missing from the bundle")
    return data


_FOUNDATIONS: tuple[tuple[str, Step], ...] = (
    ("files", _files),
    ("keys", _keys),
    ("manifest", _signed),
    ("checkpoint", _witnessed),
    ("log", _log),
    ("history", _history),
    ("leaves", _leaves),
)
_CONTENTS: tuple[tuple[str, Step], ...] = (
    ("erasures", _erasures),
    ("rotations", _rotations),
    ("recoveries", _recoveries),
    ("times", _times),
    ("gates", _gates),
    ("donations", _donations),
    ("exchanges", _exchanges),
    ("listings", _listings),
    ("policies", _policies),
    ("offers", _offers),
    ("counts", _counts),
    ("days", _days),
    ("referrals", _referrals),
    ("figures", _exports),
    ("attestations", _attested),
)
