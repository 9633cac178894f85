"""Knows how one policy file is checked against the library: its rules, its sources and its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.errors import PolicyError
from bequest.policy.library import effective_line, load_text, loaded, packaged_library, read_text
from bequest.policy.plans import loaded_plan, packaged_plans, plan_of_text
from bequest.policy.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bequest.policy.library import Version
    from bequest.policy.plan import DonorPlan


def check_file(path: Path) -> Policy:
    """Return the policy of a file that has no mistake and could be the library's next version of its name."""
    written = read_text(path)
    checked = load_text(written, path)
    check_date(checked, packaged_library(), line=effective_line(written))
    return checked


def check_plan_file(path: Path) -> DonorPlan:
    """Return the donor plan of a file that has no mistake and could be the library's next version of its name."""
    written = read_text(path)
    checked = plan_of_text(written, path)
    if all(loaded_plan(version).hash != checked.hash for version in packaged_plans().get(checked.name, ())):
        check_date(checked, packaged_plans(), line=effective_line(written))
    return checked


def check_date(checked: Policy | DonorPlan, library: Mapping[str, tuple[Version, ...]], *, line: int) -> None:
    """Raise PolicyError when a policy's date does not rise above the library's last version of its name.

    A copy of a version (equal hash) and a draft of one (equal edition and date) are no new versions.
    """
    known = library.get(checked.name, ())
    copies = (isinstance(checked, Policy) and loaded(version).hash == checked.hash for version in known)
    drafts = ((version.edition, version.effective) == (checked.edition, checked.effective) for version in known)
    if not known or any(copies) or any(drafts):
        return
    last = known[-1]
    if checked.effective <= last.effective:
        raise PolicyError(
            f"{checked.place}:{line}: edition {checked.edition} takes effect on {checked.effective}, not after edition "
            f"{last.edition} of the library ({last.effective}); dates of a policy must rise: write a later one"
        )
