"""From the public files of a demo year nobody is recovered: no identity, birth, centre, typing; no two runs join."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import combinations

from bequest.ledger.bundle import BundleKind
from bequest.ledger.canonical import canonical_bytes
from demo_years import small_year

DIGESTS = {"list", "results", "facts", "donor_facts"}


def public_files():
    """Return the public bundle without what is published anyway: policies, their sources, keys and checkpoints."""
    files = small_year().bundle(BundleKind.PUBLIC)
    return {
        path: data
        for path, data in files.items()
        if path.startswith(("log/tile/entries", "openings", "rows", "export"))
    }


def secrets():
    """Return everything that identifies a person, a place or a person's tissue, as it is written in the facts."""
    people = small_year().state.people
    found = set()
    for facts in (*(listed.facts for listed in people.listed), *(case.facts for case in people.donors)):
        names = ("registration", "candidate", "donor", "born_on", "centre", "hospital", "hla", "unacceptable_antigens")
        found |= {facts[name] for name in names if len(facts.get(name, "")) > 3}
    return found


def test_no_identity_date_of_birth_centre_or_typing_stands_in_a_public_file():
    text = b"\n".join(public_files().values()).decode("latin-1")
    assert not [
        secret for secret in secrets() if re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])", text)
    ]


def test_no_time_finer_than_a_minute_stands_in_a_public_file():
    text = b"\n".join(public_files().values()).decode("latin-1")
    assert re.findall(r"T[0-9]{2}:[0-9]{2}:(?!00\.000000Z)[0-9]{2}", text) == []


def test_no_commitment_is_found_by_guessing_the_value():
    year, text = small_year(), b"\n".join(public_files().values()).decode("latin-1")
    guesses = {(name, str(value)) for kept in year.record.kept for name, value in kept.fields.items()}
    guesses |= {("facts", secret) for secret in secrets()}
    for name, value in guesses:
        for data in (value.encode(), canonical_bytes(value), canonical_bytes([name, value])):
            for prefix in (b"", b"\x00"):
                digest = hashlib.sha256(prefix + data).hexdigest()
                if name not in {"file", "facts"}:
                    assert digest not in text


def test_no_commitment_comes_twice():
    lines = [json.loads(line) for line in public_files()["openings.jsonl"].splitlines()]
    closed = [field["commitment"] for line in lines for field in line["fields"] if "commitment" in field]
    leaves = [json.loads(leaf)["commit"] for leaf in small_year().record.leaves]
    assert len(set(closed)) == len(closed) > 0
    assert len(set(leaves)) == len(leaves)


def test_the_rows_of_two_runs_have_nothing_in_common_but_ranks():
    files = public_files()
    runs = [
        {text for line in data.splitlines() for text in _texts(json.loads(line))}
        for path, data in files.items()
        if path.startswith("rows/")
    ]
    assert len(runs) > 1
    assert not [one & other for one, other in combinations(runs, 2) if one & other]


def test_the_names_of_one_person_in_two_runs_do_not_join():
    year = small_year()
    of_run = [dict(zip(one.rows.registrations, one.rows.rows, strict=True)) for one in year.state.kept.ranked]
    for one, other in combinations(of_run, 2):
        assert not {row.who for row in one.values()} & {row.who for row in other.values()}


def test_no_list_and_no_result_is_told_by_a_digest_without_a_salt():
    year, text = small_year(), b"\n".join(public_files().values()).decode("latin-1")
    digests = {fields[name] for kept in year.record.kept for fields in [kept.fields] for name in DIGESTS & set(fields)}
    assert len(digests) > 10
    assert not [digest for digest in digests if digest in text]


def test_what_befalls_one_registration_does_not_join():
    leaves = [json.loads(leaf) for leaf in small_year().record.leaves]
    of_people = [leaf for leaf in leaves if leaf["type"].startswith("listing.")]
    assert any(leaf["type"] == "listing.removed" for leaf in of_people)
    assert not [leaf for leaf in of_people if "prev_same_case" in leaf]
    named = {leaf.get("prev_same_case") for leaf in leaves}
    assert not named & {number for number, leaf in enumerate(leaves) if leaf in of_people}


def test_small_cells_of_public_figures_are_not_told():
    exports = small_year().record.exports
    cells = [line.rsplit(",", 1)[1] for data in exports.values() for line in data.decode().splitlines()[1:]]
    assert all(cell == "<10" or int(cell) >= 10 for cell in cells)


def _texts(value):
    """Yield every long text in a row's opening: salts, commitments, paths."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and len(value) > 16:
        yield value
