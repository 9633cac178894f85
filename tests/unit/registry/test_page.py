"""The page of the registry names every table and every use case."""

import importlib
import pkgutil
from pathlib import Path

import bequest.registry
from bequest.registry.recording import Entered
from bequest.registry.schema.tables import TABLES

PAGE = (Path(__file__).parents[3] / "docs/reference/registry.md").read_text(encoding="utf-8")


def test_every_table_is_on_the_page():
    assert [table for table in TABLES if f"_{table.removeprefix('registry_')}`" not in PAGE] == []


def test_every_use_case_is_on_the_page():
    names = sorted(each.name for each in pkgutil.iter_modules(bequest.registry.__path__) if not each.ispkg)
    modules = [importlib.import_module(f"bequest.registry.{name}") for name in names]
    cases = [
        name
        for module in modules
        for name, value in vars(module).items()
        if getattr(value, "__annotations__", {}).get("return") == Entered.__name__
        and value.__module__ == module.__name__
        if not name.startswith("_") and name != "record"
    ]
    assert len(cases) > 20
    assert [name for name in cases if f"`{name}`" not in PAGE] == []
