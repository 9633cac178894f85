"""Knows the columns of the tables, each typed as what a row holds, and the base of every row.

Django's own fields have no types that a checker can follow; they are made here and nowhere else.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar, cast

from django.db import models

_R = TypeVar("_R", bound=models.Model)


class Row(models.Model):
    """Be a row of a table; its text names the table alone, because what is known about a person belongs in no log."""

    # Django gives each table its manager when it makes the class.
    objects: ClassVar[models.Manager]

    class Meta:
        """Have no table of its own."""

        abstract = True

    def __str__(self) -> str:
        """Return the name of the table."""
        return type(self).__name__


def text(*, key: bool = False, unique: bool = False) -> str:
    """Return a column of text; instants are text as well, in the spelling of a leaf, so that they sort as they are."""
    return cast("str", cast("object", models.TextField(primary_key=key, unique=unique)))


def text_or_nothing() -> str | None:
    """Return a column of text that may be missing."""
    return cast("str | None", cast("object", models.TextField(null=True)))


def number(*, key: bool = False) -> int:
    """Return a column of whole numbers."""
    return cast("int", cast("object", models.BigIntegerField(primary_key=key)))


def number_or_nothing() -> int | None:
    """Return a column of whole numbers that may be missing."""
    return cast("int | None", cast("object", models.BigIntegerField(null=True)))


def truth() -> bool:
    """Return a column of yes or no."""
    return cast("bool", cast("object", models.BooleanField()))


def truth_or_nothing() -> bool | None:
    """Return a column of yes or no that may be missing: not known."""
    return cast("bool | None", cast("object", models.BooleanField(null=True)))


def octets() -> bytes:
    """Return a column of bytes."""
    return cast("bytes", cast("object", models.BinaryField()))


def octets_or_nothing() -> bytes | None:
    """Return a column of bytes that may be missing."""
    return cast("bytes | None", cast("object", models.BinaryField(null=True)))


def of(table: type[_R] | str) -> _R:
    """Return a reference to a row of another table; the column has the name of the field and `_id`."""
    return cast("_R", models.ForeignKey(table, models.DO_NOTHING, related_name="+"))


def of_or_nothing(table: type[_R] | str) -> _R | None:
    """Return a reference to a row of another table that may be missing."""
    return cast("_R | None", models.ForeignKey(table, models.DO_NOTHING, null=True, related_name="+"))


def one_of(table: type[_R] | str, *, key: bool = False) -> _R:
    """Return a reference to a row that no other row of this table refers to."""
    return cast("_R", models.OneToOneField(table, models.DO_NOTHING, primary_key=key, related_name="+"))


def one_of_or_nothing(table: type[_R] | str) -> _R | None:
    """Return a reference to a row that no other row of this table refers to; it may be missing."""
    return cast("_R | None", models.OneToOneField(table, models.DO_NOTHING, null=True, related_name="+"))
