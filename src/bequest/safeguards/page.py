"""Knows how the rules and laws read as a page; `python -m bequest.safeguards.page` writes it to the output."""

from __future__ import annotations

import sys
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.safeguards.jurisdiction import EVERYWHERE, countries, meanings, own_entries, shown
from bequest.safeguards.registry import ALLOCATION, EXPORT, OFFER, RECOVERY
from bequest.safeguards.rule_text import annex_a, rule_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.safeguards.rule_text import RuleText

_HEAD = """# The safeguards

The gates that stand around any policy, rule by rule, and the law of each country as far as they ask for it. The page
is made from `src/bequest/data/safeguards/`; do not edit it by hand, but run

    python -m bequest.safeguards.page > docs/reference/safeguards.md

A gate answers with every reason at once. **Blocked**: the step is refused, and stays so until the fact itself
changes. **Held**: the step waits for a named role to supply a fact or to sign. **Flagged**: the step may be taken, and
that is recorded and counted in public; *critical* demands an answer. A fact that is not known never counts as false: it
holds or blocks. *Lifted by*: whose signatures lift a hold or block; where nobody is named, none does, in no role and no
emergency.

Certainty: P seen in a primary source, S secondary source, T public code or test data, M from memory and **unverified**,
D own design. Wherever a gate used something unverified, its answer says so.

Asked: A at the allocation gate, O at every offer, X where an organ leaves the country, R at the recovery gate; the
others at the step that they name. At every offer, export and recovery the rules of the allocation gate are asked again.
"""

_FAMILIES: Mapping[str, str] = MappingProxyType({
    "DON": "The donor",
    "PAY": "Money",
    "ALC": "Allocation",
    "TRC": "Traceability and quality",
    "VIG": "Vigilance",
    "PUB": "Publication",
    "TIP": "Trafficking",
})  # fmt: skip


def safeguards_page() -> str:
    """Return the whole page as Markdown, the same text for the same data."""
    return "\n".join([_HEAD, *(_family(prefix) for prefix in _FAMILIES), _annex(), _parameters(), _laws()])


def _family(prefix: str) -> str:
    rows = [
        f"## {_FAMILIES[prefix]}",
        "",
        "| Rule | Asked | If | Then | Lifted by | Evidence | Signed by | Source | Certainty |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_row(text) for text in rule_texts().values() if text.id.startswith(prefix)),
    ]
    return "\n".join([*rows, ""])


def _row(text: RuleText) -> str:
    certainty = f"{text.certainty}{' **unverified**' if text.unverified else ''}"
    return _cells(
        text.id,
        _asked(text),
        text.condition,
        text.action,
        _lifted_by(text),
        text.evidence,
        text.signed_by,
        text.source,
        f"{certainty}; {text.certainty_note}" if text.certainty_note else certainty,
    )


def _asked(text: RuleText) -> str:
    if text.id in ALLOCATION:
        return "A O X R"
    if text.id in RECOVERY:
        return "R"
    return " ".join(["O"] * (text.id in OFFER) + ["X"] * (text.id in EXPORT))


def _lifted_by(text: RuleText) -> str:
    needs = text.released_by
    if needs is None:
        return ""
    roles = (" or " if needs.signatures == 1 else " and ").join(role.value for role in needs.roles)
    outside = " or ".join(service.value for service in needs.not_of)
    return f"{roles}, of no {outside} service" if outside else roles


def _annex() -> str:
    rows = [f"{number}. {words} (`{name}`)" for number, (name, words) in enumerate(annex_a().items(), 1)]
    return "\n".join(["## What every donor is characterised by", "", "EU 2010/53, Annex, Part A.", "", *rows, ""])


def _parameters() -> str:
    rows = [
        "## What a law sets",
        "",
        "*At least*: no country may give less.",
        "",
        "| Parameter | Meaning | Unit | At least | Rules |",
        "| --- | --- | --- | --- | --- |",
        *(
            _cells(f"`{name.value}`", each.meaning, each.unit, str(each.at_least or ""), ", ".join(each.rules))
            for name, each in meanings().items()
        ),
    ]
    return "\n".join([*rows, ""])


def _laws() -> str:
    rows = [
        "## The laws",
        "",
        f"`{EVERYWHERE}` holds where a country has no row of its own. What has no row is not known, and opens nothing.",
        "",
        "| Country | Parameter | Value | Source | Certainty | Note |",
        "| --- | --- | --- | --- | --- | --- |",
        *_law_rows(),
    ]
    return "\n".join([*rows, ""])


def _law_rows() -> list[str]:
    return [
        _cells(
            country,
            f"`{name.value}`",
            shown(entry).replace(" ", ", "),
            entry.cite,
            f"{entry.certainty}{' **unverified**' if entry.unverified else ''}",
            entry.note,
        )
        for country in (EVERYWHERE, *countries())
        for name, entry in own_entries(country).items()
    ]


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(safeguards_page())
