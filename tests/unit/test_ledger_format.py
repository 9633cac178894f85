"""The page on the format of the ledger says what writer and verifier do: its numbers, checks, pointers and files."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.leaves import read_leaf
from bequest.inquiry.verify.openings import field_hash, opened, shown_alone
from bequest.inquiry.verify.order import _POINTS_AT
from bequest.inquiry.verify.plain_json import read_json
from bequest.ledger.attestation import attested_message
from bequest.ledger.bundle import BundleKind
from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.commitment import commitment, event_salts, field_commitment, opening, shown
from bequest.ledger.facts import facts_digest, list_digest
from bequest.ledger.leaf import Event, leaf_bytes
from bequest.ledger.merkle import leaf_hash
from bequest.ledger.rows import row_key, rows_of
from demo_years import small_year
from small_runs import small_run

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "ledger-format.md").read_text(encoding="utf-8")
KEY = bytes(range(32))
EVENT = Event("service.degraded", datetime(2026, 11, 1, 3, 4, 5, 678901, tzinfo=UTC), "ZZ", {"part": "allocation"})
FACTS = ({"blood_group": "O", "height_cm": "116.0"}, {"blood_group": "A1"})
RUN_ID = bytes(range(16)).hex()
SUBJECT_KEYS = {"R-ada": b"\x01" * 32, "R-bo": b"\x02" * 32, "R-cy": b"\x03" * 32}
COLUMNS = ("failed", "unknown", "class", "class unknown", "points", "order: list", "order: row")


def section(title):
    return re.split(r"\n#+ ", PAGE.split(f" {title}\n", 1)[1])[0]


def example():
    return dict(re.findall(r"^\| ([^|]+) \| `(.+)` \|$", section("A worked example"), re.MULTILINE))


def text(value):
    return canonical_bytes(value).decode()


def example_run():
    return small_run({"ada": {"urgency": 1}, "bo": {}, "cy": {"height_cm": 90}})


def leaf_example():
    fields, salts = EVENT.committed(), event_salts(KEY)
    happened, part = (field_commitment(salts(name), name, fields[name]).hex() for name in ("happened_at", "part"))
    leaf = leaf_bytes(EVENT, KEY)
    return {
        "salt of `happened_at`": salts("happened_at").hex(),
        "JSON of `happened_at`": text(["happened_at", fields["happened_at"]]),
        "field `happened_at`": happened,
        "salt of `part`": salts("part").hex(),
        "JSON of `part`": text(["part", fields["part"]]),
        "field `part`": part,
        "commitment": commitment(salts, fields).hex(),
        "leaf": leaf.decode(),
        "hash of the leaf": leaf_hash(leaf).hex(),
        "all fields, `part` open": text(opening(salts, fields, ["part"])),
        "`part` alone": text(shown(salts, fields, "part").to_data()),
    }


def facts_example():
    first, second = (facts_digest(each) for each in FACTS)
    return {
        "first facts": text(FACTS[0]),
        "first facts digest": first,
        "second facts": text(FACTS[1]),
        "second facts digest": second,
        "list digest": list_digest([first, second]),
        "inputs digest, no inputs": example_run().inputs_digest,
    }


def run_example():
    run = example_run()
    rows = rows_of(run, run_id=RUN_ID, run_key=KEY, subject_key=SUBJECT_KEYS.__getitem__)
    ada, bo, cy = (rows.rows[rows.registrations.index(name)] for name in SUBJECT_KEYS)
    return {
        "run id": RUN_ID,
        **dict(zip(COLUMNS, (each.hex() for each in run._result_columns()), strict=True)),  # noqa: SLF001  what is digested
        "results digest": run.results_digest,
        "who of `R-ada`": ada.who,
        "who of `R-bo`": bo.who,
        "who of `R-cy`": cy.who,
        "row key of `R-ada`": row_key(KEY, ada.who).hex(),
        "row of `R-ada`": text(ada.fields()),
        "row of `R-cy`": text(cy.fields()),
        "`leaf(row)` of `R-ada`": rows.hashes[rows.rows.index(ada)].hex(),
        "rows root": rows.root().hex(),
    }


def test_every_number_of_the_worked_example_is_what_the_writer_makes():
    assert example() == {**leaf_example(), **facts_example(), **run_example()}


def test_the_verifier_reads_the_worked_example_as_the_page_says():
    found = example()
    leaf = read_leaf(found["leaf"].encode(), 0)
    assert leaf.commitment.hex() == found["commitment"]
    assert opened(read_json(found["all fields, `part` open"].encode(), "fields"), "it").root == leaf.commitment
    assert shown_alone(read_json(found["`part` alone"].encode(), "field"), leaf.commitment, "it")[1] == "allocation"
    salt = bytes.fromhex(found["salt of `part`"])
    assert field_hash(salt, "part", "allocation").hex() == found["field `part`"]


def test_the_commands_of_the_worked_example_print_what_the_page_says():
    commands = "\n".join(re.findall(r"^    (.*)$", section("A worked example"), re.MULTILINE))
    done = subprocess.run(["bash", "-c", commands], capture_output=True, text=True, check=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        example()["field `part`"],
        example()["commitment"],
    ]


def test_what_an_attestor_signs_is_what_the_page_shows():
    event = dataclasses.replace(EVENT, fields={**EVENT.fields, "attested": "00" * 64})
    lines = re.findall(r"^    (.*)$", section("Attestations"), re.MULTILINE)
    covered = commitment(event_salts(KEY), EVENT.committed()).hex()
    shown_on_page = "".join(f"{line}\n" for line in lines)
    message = shown_on_page.replace("<kind>", EVENT.kind).replace("<c in hexadecimal>", covered)
    assert attested_message(event, KEY) == message.encode()


def test_the_members_of_a_leaf_are_those_of_the_page():
    stated = re.findall(r"^\| `(\w+)` \|", section("A leaf"), re.MULTILINE)
    leaf = leaf_bytes(dataclasses.replace(EVENT, previous=3), KEY)
    assert sorted(stated) == sorted(read_json(leaf, "leaf"))


def test_the_page_names_every_check_in_its_order():
    found = verify_bundle(MemoryEvidence({}))
    stated = re.findall(r"^\| ([a-z]+) \|", section("What a verifier checks"), re.MULTILINE)
    assert [each for each in stated if each != "check"] == [*(each.name for each in found.report.checks), "replay"]


def test_the_page_lists_every_pointer_that_is_checked():
    rows = re.findall(r"^\| (`.*`) \| `(\w+)` \| (`.*`) \|$", section("What points at what"), re.MULTILINE)
    stated = {
        (kind, field, target)
        for kinds, field, targets in rows
        for kind in re.findall(r"`([^`]+)`", kinds)
        for target in re.findall(r"`([^`]+)`", targets)
    }
    assert stated == {
        (kind, field, target)
        for kind, fields in _POINTS_AT.items()
        for field, targets in fields.items()
        for target in targets
    }


@pytest.mark.parametrize("kind", list(BundleKind))
def test_every_file_of_a_bundle_stands_on_the_page(kind):
    patterns = [
        re.sub("<[a-z]+>", "[^/.]+", re.sub("…|<name>", ".+", re.escape(path)))
        for path in re.findall(r"^\| `([^`]+)` \|", section("A bundle"), re.MULTILINE)
    ]
    files = small_year().bundle(kind)
    assert [path for path in files if not any(re.fullmatch(each, path) for each in patterns)] == []
