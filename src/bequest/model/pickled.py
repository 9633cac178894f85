"""Knows how records with read-only mappings and arrays are pickled, so that another process can be handed them."""

from __future__ import annotations

import pickle
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    Reduced = tuple[Callable[..., object], tuple[object, ...]]
    WithState = tuple[Callable[..., object], tuple[object, ...], object]


_ARRAY = ("numpy", "ndarray")
"""The type of an array by name: a policy is read where no array ever is."""


class _Record(Protocol):
    """Name what a frozen, slotted dataclass has for pickling."""

    def __getstate__(self) -> object:
        """Return the values of the fields."""
        ...


def reduced(self: object) -> Reduced:
    """Return how pickle makes a record anew; a class takes it as its `__reduce__`.

    Pickle knows no read-only mapping, and forgets that an array was read-only. What a record holds is therefore pickled
    apart, where both are kept as they are.
    """
    stream = BytesIO()
    _Pickler(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(self)
    return pickle.loads, (stream.getvalue(),)


class _Pickler(pickle.Pickler):
    """Pickle what a record holds; a class, because the standard library asks for one."""

    def reducer_override(self, obj: object) -> Reduced | WithState:
        """Return how one object is made anew, or NotImplemented where pickle knows it."""
        known_to_pickle = cast("Reduced", NotImplemented)  # the standard library's word for it has a type of its own
        if isinstance(obj, MappingProxyType):
            return _mapping, (dict(cast("Mapping[object, object]", obj)),)
        if (type(obj).__module__, type(obj).__name__) == _ARRAY:
            array = cast("NDArray[np.generic]", obj)
            return known_to_pickle if array.flags.writeable else (_array, (array.copy(),))
        if type(obj).__reduce__ is reduced:
            return _without_fields, (type(obj),), cast("_Record", obj).__getstate__()
        return known_to_pickle


def _without_fields(kind: type[object]) -> object:
    return object.__new__(kind)


def _mapping(held: dict[object, object]) -> Mapping[object, object]:
    # The type of a read-only mapping has no name by which pickle could find it.
    return MappingProxyType(held)


def _array(array: NDArray[np.generic]) -> NDArray[np.generic]:
    array.setflags(write=False)
    return array
