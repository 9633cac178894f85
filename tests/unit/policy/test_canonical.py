from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from unittest.mock import Mock

from bequest.model.tables import table_digest
from bequest.policy import canonical
from bequest.policy.canonical import canonical_json, policy_hash
from bequest.policy.load import load_policy
from unit.policy.policy_text import SOURCES, classes, load, policy_text


def test_canonical_json_sorts_keys_and_writes_numbers_and_dates_as_text():
    content = {"b": (Decimal("1.50"), True), "a": {"d": date(2026, 1, 31), "c": "Ärzte"}}
    assert canonical_json(content) == '{"a":{"c":"Ärzte","d":"2026-01-31"},"b":["1.5",true]}'


def test_the_hash_is_the_sha256_of_content_and_tables():
    assert policy_hash({"a": "b"}, tables=()) == hashlib.sha256(b'{"policy":{"a":"b"},"tables":{}}').hexdigest()


def test_the_hash_covers_the_tables_that_a_policy_names(monkeypatch):
    monkeypatch.setattr(canonical, "table_digest", Mock(return_value="00"))
    assert policy_hash({}, tables=("t",)) == hashlib.sha256(b'{"policy":{},"tables":{"t":"00"}}').hexdigest()


def test_a_named_table_changes_the_hash():
    with_table = load(tables="[hla/antigens.csv]")
    assert with_table.tables == ("hla/antigens.csv",)
    assert with_table.hash != load().hash
    assert len(table_digest(with_table.tables[0])) == 64


def test_comments_and_the_order_of_keys_do_not_change_the_hash():
    written = policy_text(classes="[{cite: core, say: all, when: always, id: a}]")
    turned = "# a comment\n" + "".join(reversed(written.splitlines(keepends=True)))
    straight = load(classes="[{id: a, when: always, say: all, cite: core}]")
    assert load_policy(turned, label="other.yaml", sources=SOURCES).hash == straight.hash


def test_the_order_of_classes_changes_the_hash():
    one = load(classes=classes("same_centre", "same_region"), otherwise="not ranked")
    other = load(classes=classes("same_region", "same_centre"), otherwise="not ranked")
    assert one.hash != other.hash
