"""Knows how the decision table reads as a page; `python -m bequest.service.permissions_page` writes it out."""

from __future__ import annotations

import sys

from bequest.service.roles import Action, Role, Verdict, action_words, cell_of, role_words

_HEAD = """# Who may do what

One table decides: `src/bequest/data/service/permissions.csv`. What it does not allow is denied, and every cell is tried
over HTTP in the tests. The page is made from the table; do not edit it by hand, but run

    python -m bequest.service.permissions_page > docs/reference/permissions.md

An account has one role, and belongs to one centre, hospital or candidate at most.

| in the table | means |
| --- | --- |
| yes | allowed |
| centre | of a registration of the account's own centre |
| hospital | of a donation of the account's own hospital |
| offer | of an offer to the own centre; of its run and donor while the offer is open or accepted |
| bedside | of a donation at the own hospital, or of which an organ is offered to, or accepted by, the own centre |
| reviewer | of a case of other centres, by an appointment as reviewer that is in force |
| own | of the patient's own registration |
| placed | of the patient's own registration, once every part of the organ was accepted |
| * | also by break-glass: outside one's own, for an hour at most, with a reason that is a leaf of the log |
| empty | denied |

Everybody, without an account, may read the log and its proofs, the policies, the places that were passed over, and
published bundles. No role has a list, filter or export of donations, or a search of donors for a candidate.
Each look at a registration, donation, run, explanation or offer is written down before it is shown, with who and
when; `auditor` reads that list, and nobody alters or deletes it.
"""
_WORDS = {
    Verdict.DENY: "",
    Verdict.ALLOW: "yes",
    Verdict.OWN_CENTRE: "centre",
    Verdict.OWN_HOSPITAL: "hospital",
    Verdict.OWN_OFFER: "offer",
    Verdict.AT_BEDSIDE: "bedside",
    Verdict.AS_REVIEWER: "reviewer",
    Verdict.OWN_REGISTRATION: "own",
    Verdict.OWN_PLACED: "placed",
}


def permissions_page() -> str:
    """Return the whole page as Markdown, the same text for the same table."""
    return "\n".join([_HEAD, "## Roles\n", *_roles(), "\n## The table\n", *_table(), ""])


def _roles() -> list[str]:
    lines = [f"| `{role.value}` | {words} |" for role, words in role_words().items()]
    return ["| role | is |", "| --- | --- |", *lines]


def _table() -> list[str]:
    names = [role.value.replace("_", " ") for role in Role]
    lines = [
        f"| {action_words()[action]} (`{action.value}`) | {' | '.join(_cell(action, role) for role in Role)} |"
        for action in Action
    ]
    return [f"| may | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}", *lines]


def _cell(action: Action, role: Role) -> str:
    cell = cell_of(action, role)
    return _WORDS[cell.verdict] + ("*" if cell.break_glass else "")


if __name__ == "__main__":
    sys.stdout.write(permissions_page())
