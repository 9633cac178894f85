"""Knows how rows of the donors table become donors, or are refused by the donor's own gates."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.files.columns import facts_of_rows
from bequest.model.donor import Donor, donor_from_facts
from bequest.model.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.files.judge import Judged


def check_donors(judged: Judged) -> Mapping[str, Donor]:
    """Return the donors by identifier in file order; report every row that describes none or must be refused."""
    donors: dict[str, Donor] = {}
    # A loop over donors: each becomes a record, and there are few of them.
    for row, facts in enumerate(facts_of_rows(judged)):
        place = judged.origin.place(row)
        try:
            donor = donor_from_facts(facts, place=place)
        except InputError as error:
            # A cell that is there but unreadable is reported as that, and not as missing as well.
            echoes = tuple(
                f"{place}, column '{name}': missing." for name, cells in judged.unreadable.items() if cells[row]
            )
            sentences = [problem for problem in error.problems if not problem.startswith(echoes)]
            if isinstance(error, RefusedError):
                judged.problems.refuse(*sentences, row=row)
            else:
                judged.problems.add(*sentences, row=row)
        else:
            donors[donor.donor] = donor
    return MappingProxyType(donors)
