"""Bequest decides, explains and proves who is offered a donated organ."""

# ruff: noqa: TC004  the names are resolved when they are asked for
from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from bequest.files import read_donor, read_pool
    from bequest.matching import reorder, run
    from bequest.model.errors import BequestError
    from bequest.model.version import __version__
    from bequest.policy import policy

__all__ = ["BequestError", "__version__", "policy", "read_donor", "read_pool", "reorder", "run"]

_PLACES = {
    "__version__": "bequest.model.version",
    "BequestError": "bequest.model.errors",
    "policy": "bequest.policy",
    "read_donor": "bequest.files",
    "read_pool": "bequest.files",
    "reorder": "bequest.matching",
    "run": "bequest.matching",
}


class _Package(ModuleType):
    """Load each public name when it is first asked for (docs/decisions/0005)."""

    def __getattr__(self, name: str) -> object:
        if name not in _PLACES:
            raise AttributeError(f"module 'bequest' has no attribute '{name}'")
        return cast("object", getattr(import_module(_PLACES[name]), name))

    def __setattr__(self, name: str, value: object) -> None:
        # Importing the room `bequest.policy` would otherwise put the room in the place of the function.
        if name not in _PLACES:
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Package
