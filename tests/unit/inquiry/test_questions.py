"""Each of the sixteen questions of an inquiry is answered by leaves that a test names, or said not to be held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bequest.ledger.leaf_kinds import fields_of, kinds

QUESTIONS = json.loads(
    (Path(__file__).parents[2] / "published" / "data" / "inquiry_questions.json").read_text(encoding="utf-8")
)["questions"]
NOT_HELD = "not held, by design"
ANSWERED_BY = {
    "INQ-01": {
        "consent.recorded": ("basis", "document", "happened_at", "actor"),
        "consent.verified": ("attestor", "attested"),
        "death.certified": ("criteria", "declared_at", "certifiers", "attestor"),
        "custody.checked": ("result", "register", "lookback_months", "attestor"),
        "organ.transplanted": ("accepted", "donation"),
    },
    "INQ-02": {
        "match.run": ("list", "policy_hash", "inputs", "rows_root", "results", "lottery_seed", "at_second"),
        "policy.enacted": ("policy_hash", "effective_on", "signers"), "waitlist.snapshot": ("list", "registrations"),
    },
    "INQ-03": {
        "offer.made": ("rank", "run", "happened_at", "actor"), "offer.refused": ("reason",),
        "offer.expired": ("offer",),
        "skip": ("first_rank", "last_rank", "reason", "actor"),
    },
    "INQ-04": {
        "theatre.booked": ("slot_at", "run", "donation"), "candidate.admitted": ("happened_at", "run"),
        "crossmatch.done": ("happened_at", "run"), "donor.referred": ("happened_at",),
        "consent.recorded": ("happened_at",), "death.certified": ("declared_at",),
    },
    "INQ-05": {
        "organ.available": ("organ", "consent", "donation"), "organ.transplanted": ("part", "donation"),
        "organ.discarded": ("part", "reason", "witness"), "organ.declined_medical": ("organ", "reason"),
        "donor.closed": ("organs_transplanted", "reason"),
    },
    "INQ-06": {
        "listing.created": ("organ", "happened_at"), "listing.removed": ("reason", "happened_at"),
        "organ.transplanted": ("donation", "run"),
    },
    "INQ-07": {
        "organ.transplanted": ("centre", "happened_at"), "theatre.booked": ("centre", "slot_at"),
        "referral.day_closed": ("hospital", "day", "referrals"),
    },
    "INQ-08": {
        "donor.referred": ("hospital", "referral_number"), "consent.verified": ("register_answer",),
        "donor.closed": ("reason",), "death.certified": ("criteria",), "export.published": ("file", "period"),
    },
    "INQ-09": {
        "custody.checked": ("result", "register"), "lab.attested": ("subject", "analysis"), "gate.refused": ("rule",),
    },
    "INQ-10": {"listing.created": ("facts",), "organ.transplanted": ("centre",)},
    "INQ-11": {},
    "INQ-12": {"gate.refused": ("rule", "step")},
    "INQ-13": {
        "access.breakglass": ("reason", "actor"), "access.day_closed": ("reads", "log"), "subject.erased": ("basis",),
        "export.published": ("file",),
    },
    "INQ-14": {
        "override.requested": ("reason", "actor"), "override.approved": ("requested", "actor"),
        "exception.requested": ("evidence",), "exception.decided": ("decision", "reviewers", "expires_at"),
    },
    "INQ-15": {"key.rotated": ("old_key", "new_key")},
    "INQ-16": {
        "referral.day_closed": ("day", "referrals", "last_number"), "donor.referred": ("referral_number",),
        "waitlist.snapshot": ("registrations", "list"),
    },
}  # fmt: skip
"""Of each question, the leaves that answer it with the fields that do."""
WITHOUT = {
    "INQ-06": ("payer class",), "INQ-07": ("beds, staff and consumption, which hospitals hold",),
    "INQ-10": ("price paid", "broker"), "INQ-11": ("payments",), "INQ-12": ("living donors, who are out of scope",),
}  # fmt: skip
"""What of a question no leaf holds, by design: NOT_HELD."""


def test_every_question_is_answered_or_said_not_to_be_held():
    asked = {question["id"] for question in QUESTIONS}
    assert len(asked) == 16
    assert set(ANSWERED_BY) == asked
    assert all(ANSWERED_BY[name] or WITHOUT.get(name) for name in asked)


@pytest.mark.parametrize("question", sorted(ANSWERED_BY))
def test_the_leaves_that_answer_a_question_have_the_fields_that_do(question):
    for kind, names in ANSWERED_BY[question].items():
        assert kind in kinds()
        assert set(names) <= set(fields_of(kind)), (question, kind)


def test_the_page_about_the_ledger_says_what_is_not_held():
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "ledger.md").read_text(encoding="utf-8")
    assert NOT_HELD in page
    assert not [words for each in WITHOUT.values() for words in each if words.split(",")[0] not in page]
