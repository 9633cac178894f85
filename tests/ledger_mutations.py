"""Knows ways to falsify a bundle, from a flipped bit to an operator who signs the whole again with the log's key.

Each takes a year and a source of draws and returns files, or None where the draw changed nothing.
"""

from __future__ import annotations

import json
from dataclasses import replace

from bequest.ledger.bundle import MANIFEST, MANIFEST_NOTE, BundleKind, bundle, manifest_of
from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.merkle import Frontier
from bequest.ledger.signers import Ed25519Signer
from bequest.simulation.demo_year.record import ORIGIN, checkpoint_by, grown
from ledger_keys import private_key


def flip(year, draw):
    """Flip one bit of one file."""
    files, path = _picked(year, draw)
    if not files[path]:
        return None
    place = draw.randrange(len(files[path]))
    data = bytearray(files[path])
    data[place] ^= 1 << draw.randrange(8)
    return {**files, path: bytes(data)}


def drop(year, draw):
    """Leave out one file."""
    files, path = _picked(year, draw)
    return {name: data for name, data in files.items() if name != path}


def duplicate(year, draw):
    """Put in a file a second time, under a name of its own."""
    files, path = _picked(year, draw)
    return {**files, path + ".1": files[path]}


def swap(year, draw):
    """Exchange two files."""
    files, path = _picked(year, draw)
    other = draw.choice(sorted(files))
    return {**files, path: files[other], other: files[path]} if files[other] != files[path] else None


def truncate(year, draw):
    """Cut off the end of one file."""
    files, path = _picked(year, draw)
    return {**files, path: files[path][: draw.randrange(len(files[path]))]} if files[path] else None


def line_gone(year, draw):
    """Leave out, double or exchange lines of one file."""
    files = year.bundle()
    path = draw.choice([name for name in sorted(files) if name.endswith(".jsonl") and files[name].count(b"\n") > 1])
    lines = files[path].splitlines(keepends=True)
    place, way = draw.randrange(len(lines) - 1), draw.randrange(3)
    if way == 0:
        del lines[place]
    elif way == 1:
        lines.insert(place, lines[place])
    else:
        lines[place], lines[place + 1] = lines[place + 1], lines[place]
    changed = b"".join(lines)
    return resigned(year, {**files, path: changed}) if changed != files[path] else None


def other_key(year, draw):
    """Sign log and manifest with another key of the same name, and name that key in the bundle."""
    other = Ed25519Signer.of(ORIGIN, private_key(1 + draw.randrange(200)))
    frontier = grown(Frontier(), year.record.leaves)
    trust = year.trust.replace(year.signer.key.vkey(), other.key.vkey())
    record = replace(year.record, checkpoints=[checkpoint_by([other], frontier)], trust=trust)
    return bundle(record, BundleKind.REPLAY, signer=other)


def roll_back(year, draw):
    """Publish the log as it was some leaves ago, signed again."""
    size = draw.randrange(1, len(year.record.leaves))
    record = year.with_leaves(year.record.leaves[:size], year.record.kept[:size])
    rows = {leaf: shown for leaf, shown in record.rows.items() if leaf < size}
    replayed = {name: [each for each in lines if each.get("leaf", -1) < size] for name, lines in record.replay.items()}
    return year.bundle(record=replace(record, rows=rows, replay=replayed))


def leaf_gone(year, draw):
    """Leave out one leaf of the log and sign the rest again."""
    place = draw.randrange(len(year.record.leaves))
    leaves = [*year.record.leaves[:place], *year.record.leaves[place + 1 :]]
    kept = [*year.record.kept[:place], *year.record.kept[place + 1 :]]
    return year.bundle(record=year.with_leaves(leaves, kept))


def leaf_other(year, draw):
    """Say something else in one leaf, and sign the log again."""
    place = draw.randrange(len(year.record.leaves))
    leaf = json.loads(year.record.leaves[place])
    name = draw.choice(["at", "policy", "commit", "type"])
    other = json.loads(year.record.leaves[draw.randrange(len(year.record.leaves))])[name]
    if leaf[name] == other:
        return None
    leaves = list(year.record.leaves)
    leaves[place] = canonical_bytes({**leaf, name: other})
    return year.bundle(record=year.with_leaves(leaves))


def leaves_swapped(year, draw):
    """Exchange two leaves that follow each other, and sign the log again."""
    place = draw.randrange(len(year.record.leaves) - 1)
    leaves, kept = list(year.record.leaves), list(year.record.kept)
    leaves[place], leaves[place + 1] = leaves[place + 1], leaves[place]
    kept[place], kept[place + 1] = kept[place + 1], kept[place]
    return year.bundle(record=year.with_leaves(leaves, kept))


def split_view(year, draw):
    """Show a log with another end than the witnesses saw."""
    leaves = [*year.record.leaves[:-1], year.record.leaves[draw.randrange(len(year.record.leaves) - 1)]]
    return year.bundle(record=year.with_leaves(leaves))


def opened_otherwise(year, draw):
    """Open a field with another value than the leaf commits to, and sign the manifest again."""
    return _json_changed(year, draw, "openings.jsonl")


def fact_otherwise(year, draw):
    """Change one fact that a run is replayed from, and sign the manifest again."""
    return _json_changed(year, draw, draw.choice(["replay/registrations.jsonl", "replay/donors.jsonl"]))


def place_or_key_otherwise(year, draw):
    """Change a place, or the key of a run, and sign the manifest again."""
    return _json_changed(year, draw, draw.choice(["replay/places.jsonl", "replay/runs.jsonl"]))


def row_otherwise(year, draw):
    """Change one row of a run that is shown, and sign the manifest again."""
    files = year.bundle()
    return _json_changed(
        year, draw, draw.choice([name for name in sorted(files) if name.startswith("rows/") and files[name]])
    )


def policy_otherwise(year, draw):
    """Change one digit of one policy, and sign the manifest again."""
    files = year.bundle()
    path = draw.choice([name for name in sorted(files) if name.startswith("policies/") and "sources" not in name])
    text = files[path].decode()
    digits = [place for place, each in enumerate(text) if each.isdigit()]
    place = draw.choice(digits)
    other = draw.choice([each for each in "0123456789" if each != text[place]])
    return resigned(year, {**files, path: (text[:place] + other + text[place + 1 :]).encode()})


def resigned(year, files, kind=BundleKind.REPLAY):
    """Return changed files under a manifest that the log's own key signed: the operator himself falsifies."""
    plain = {path: data for path, data in files.items() if path not in {MANIFEST, MANIFEST_NOTE}}
    return plain | manifest_of(plain, kind, synthetic=True, signer=year.signer)


def _picked(year, draw):
    files = year.bundle()
    return files, draw.choice(sorted(files))


def _json_changed(year, draw, path):
    """Change one value somewhere in one line of a file, and sign the manifest again."""
    files = year.bundle()
    lines = files[path].splitlines()
    place = draw.randrange(len(lines))
    record = json.loads(lines[place])
    before = json.dumps(record)
    _change(record, draw)
    if json.dumps(record) == before:
        return None
    lines[place] = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return resigned(year, {**files, path: b"".join(line + b"\n" for line in lines)})


def _change(value, draw):
    """Change one value in a tree of objects and lists."""
    while True:
        keys = sorted(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = draw.choice(keys)
        if not isinstance(value[key], dict | list):
            break
        value = value[key]
    held = value[key]
    if isinstance(held, bool):
        value[key] = not held
    elif isinstance(held, int):
        value[key] = held + draw.choice([-1, 1])
    elif isinstance(held, str) and held:
        place = draw.randrange(len(held))
        value[key] = held[:place] + draw.choice("0123456789abcdefAB ") + held[place + 1 :]
    else:
        value[key] = "x"


SIMPLE = (flip, drop, duplicate, swap, truncate)
SIGNED_AGAIN = (
    line_gone, other_key, roll_back, leaf_gone, leaf_other, leaves_swapped, split_view, opened_otherwise,
    fact_otherwise, place_or_key_otherwise, row_otherwise, policy_otherwise,
)  # fmt: skip
