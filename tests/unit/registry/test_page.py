"""The page of the registry names every table and every use case."""

from pathlib import Path

from bequest.registry import (
    appeals,
    consents,
    donor_checks,
    donors,
    exceptions,
    listings,
    match_runs,
    offers,
    organs,
    policies,
    recertification,
    results,
    reviews,
    withdrawals,
)
from bequest.registry.recording import Entered
from bequest.registry.schema.tables import TABLES

PAGE = (Path(__file__).parents[3] / "docs/reference/registry.md").read_text(encoding="utf-8")


def test_every_table_is_on_the_page():
    assert [table for table in TABLES if f"_{table.removeprefix('registry_')}`" not in PAGE] == []


def test_every_use_case_is_on_the_page():
    modules = (
        appeals, consents, donor_checks, donors, exceptions, listings, match_runs, offers, organs, policies,
        recertification, results, reviews, withdrawals,
    )  # fmt: skip
    cases = [
        name
        for module in modules
        for name, value in vars(module).items()
        if getattr(value, "__annotations__", {}).get("return") == Entered.__name__
        and value.__module__ == module.__name__
        if not name.startswith("_")
    ]
    assert len(cases) > 15
    assert [name for name in cases if f"`{name}`" not in PAGE] == []
