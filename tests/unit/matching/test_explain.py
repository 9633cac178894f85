from __future__ import annotations

import json
import re

import pytest

from bequest.model.errors import InputError
from library_pools import POLICIES, question_of
from small_runs import points, small_policy, small_run

SECOND = """
- offer_kind: both_kidneys
  classes:
    - {id: both, when: willing_both_kidneys, say: takes both, cite: core 5, after: urgent}"""
TWO = """
- {id: urgent, when: urgency == 1, say: life in danger, cite: core 2}
- {id: base, when: urgency == 9, say: everybody else, cite: core 3}"""

BY_IDENTIFIER = (
    "R-Anna (rank 1), who is equal in all that is compared; the earlier registration identifier comes first."
)


def told(name, people, **arguments):
    """Return the lines of an explanation behind the first."""
    policy = small_policy(
        **{key: arguments.pop(key) for key in list(arguments) if key not in {"donor", "lottery_seed"}}
    )
    return str(small_run(people, policy=policy, **arguments).explain(f"R-{name}")).splitlines()[1:]


def behind(people, name="Anna", **arguments):
    """Return why somebody is not one place further up."""
    return told(name, people, **arguments)[-1].strip()


def test_the_first_line_says_who_for_what_and_by_which_policy():
    first = str(small_run({"Anna": {}}).explain("R-Anna")).splitlines()[0]
    assert first == "R-Anna, kidney of donor D-CASE, policy core/kidney (core-2026-1) [synthetic: true]"


def test_the_first_of_all_is_told_that_nobody_is_ahead():
    assert told("Anna", {"Anna": {}}) == [
        "Rank 1 of 1.",
        "  Class others: everybody else.",
        "    [core 3]",
        "  Nobody is ahead.",
    ]


def test_an_earlier_class_is_ahead():
    people = {"Anna": {}, "Ben": {"urgency": 1}}
    assert behind(people) == "Behind R-Ben (rank 1), who is in an earlier class, urgent: life in danger."


@pytest.mark.parametrize(
    ("order", "facts", "reason"),
    [
        ("[waiting_days desc]", {}, "by waiting time: 200 days there, 100 days here; more comes first."),
        ("[height_cm]", {"height_cm": 180.5}, "by height: 170 cm there, 180.5 cm here; less comes first."),
        ("[willing_both_kidneys desc]", {}, "by willing both kidneys: yes there, no here; yes comes first."),
        (
            "[prior_living_donor]",
            {"prior_living_donor": True},
            "by prior living donor: no there, yes here; no comes first.",
        ),
        ("[cpra_percent]", {}, "by cPRA: 1 % there, missing here; a known value comes first."),
        (
            "[{key: weight_kg, missing: first}]",
            {"weight_kg": 70},
            "by weight: missing there, 70 kg here; a missing value comes first.",
        ),
    ],
)
def test_the_first_key_that_differs_is_named_with_both_values(order, facts, reason):
    ben = {"waiting_days": 200, "cpra_percent": 1, "willing_both_kidneys": True, "prior_living_donor": False}
    people = {"Anna": {"willing_both_kidneys": False, **facts}, "Ben": ben}
    assert behind(people, order=order) == f"Behind R-Ben (rank 1), {reason}"


def test_a_key_that_is_equal_is_not_named():
    people = {"Anna": {"height_cm": 171}, "Ben": {}}
    assert behind(people, order="[waiting_days, height_cm]").startswith(
        "Behind R-Ben (rank 1), by height: 170 cm there"
    )


def test_points_are_named_as_they_are_kept():
    people = {"Anna": {"waiting_days": 10}, "Ben": {}}
    lines = behind(people, points=points("of: waiting_days, weight: 0.5, missing: 0"), order="[points desc]")
    assert lines == "Behind R-Ben (rank 1), by points: 50.00 there, 5.00 here; more comes first."


def test_a_lottery_is_named():
    people = {f"P{number}": {} for number in range(3)}
    last = small_run(people, policy=small_policy(order="[lottery]"), lottery_seed="ab").ranked()[-1].registration
    reason = behind(people, last.removeprefix("R-"), order="[lottery]", lottery_seed="ab")
    assert reason.endswith("(rank 2), who was drawn first by lot.")


def test_between_equals_the_identifier_decides():
    reason = behind({"Anna": {}, "Ben": {}}, "Ben")
    assert reason == f"Behind {BY_IDENTIFIER}"


def test_a_failed_screen_is_told_with_what_it_read():
    assert told("Anna", {"Anna": {"height_cm": 50}}) == [
        "Not ranked.",
        "  size failed. Required: tall enough.",
        "    height: 50 cm",
        "    [core 1]",
    ]


def test_a_screen_that_cannot_be_judged_names_what_is_missing():
    assert told("Anna", {"Anna": {"height_cm": None}}) == [
        "Cannot be judged, so not ranked.",
        "  With the missing facts in their favour, the rank would be 1 at best,",
        "  in class others: everybody else.",
        "  size cannot be judged. Required: tall enough.",
        "    height: missing",
        "    [core 1]",
    ]


def test_the_best_rank_says_which_class_it_assumes():
    people = {"Ben": {"urgency": 1}, "Anna": {"height_cm": None, "urgency": None}}
    told_anna = small_run(people, policy=small_policy()).explain("R-Anna")
    assert told_anna.to_dict()["optimistic_rank"] == 1
    assert told_anna.to_dict()["optimistic_class"] == {"id": "urgent", "say": "life in danger"}
    assert "  in class urgent: life in danger." in str(told_anna).splitlines()


def test_the_best_rank_says_for_which_kind_of_offer_it_is():
    classes = "[{id: urgent, when: urgency == 1, say: life in danger, cite: core}]"
    people = {"Anna": {"height_cm": None, "willing_both_kidneys": True}}
    lines = told("Anna", people, classes=classes, second_listings=SECOND, otherwise="not ranked")
    assert lines[1:3] == [
        "  With the missing facts in their favour, the rank would be 1 at best for both kidneys,",
        "  in class both: takes both.",
    ]


def test_whoever_fits_no_class_even_then_has_no_best_rank():
    blocks = {
        "classes": "[{id: urgent, when: urgency == 1, say: in danger, cite: core}]",
        "otherwise": "not ranked",
    }
    lines = told("Anna", {"Anna": {"height_cm": None}}, **blocks)
    assert lines[1] == "  size cannot be judged. Required: tall enough."


def test_failed_and_unknown_screens_stand_together():
    lines = told("Anna", {"Anna": {"height_cm": None, "active": False}})
    assert lines[0] == "Not ranked."
    assert [line for line in lines if line.startswith(("  active", "  size"))] == [
        "  active failed. Required: the registration is active, listed and consented to at the instant of the run.",
        "  size cannot be judged. Required: tall enough.",
    ]


def test_an_inactive_registration_says_what_makes_it_so():
    lines = told("Anna", {"Anna": {"status": "suspended", "consent_to_listing_on": None}})
    assert "    active: no (status: suspended; listed on: 2026-07-24; consent to listing on: missing)" in lines


def test_a_missing_factor_names_the_facts_that_are_missing():
    screens = "[{id: weight, when: candidate_weight_percent < 125, say: not too heavy, cite: core}]"
    lines = told("Anna", {"Anna": {}}, screens=screens, donor={"weight_kg": 80})
    assert "    weight as a share of the donor's: missing (weight: missing)" in lines


def test_a_factor_names_the_facts_it_was_computed_from():
    screens = "[{id: weight, when: candidate_weight_percent < 125, say: not too heavy, cite: core}]"
    lines = told("Anna", {"Anna": {"weight_kg": 120}}, screens=screens, donor={"weight_kg": 80})
    assert "    weight as a share of the donor's: 150 % (weight: 120 kg; donor weight: 80 kg)" in lines


def test_whoever_fits_no_class_is_told_so():
    blocks = {"classes": "[{id: urgent, when: urgency == 1, say: so, cite: core}]", "otherwise": "not ranked"}
    assert told("Anna", {"Anna": {}}, **blocks) == [
        "Not ranked.",
        "  Nothing rules this person out, but no class of the list fits.",
    ]


def test_whoever_might_fit_a_class_is_told_which_and_what_is_missing():
    blocks = {"classes": "[{id: urgent, when: urgency == 1, say: in danger, cite: core}]", "otherwise": "not ranked"}
    assert told("Anna", {"Anna": {"urgency": None}}, **blocks) == [
        "Cannot be judged, so not ranked.",
        "  With the missing facts in their favour, the rank would be 1 at best,",
        "  in class urgent: in danger.",
        "  Class urgent could not be judged and was passed over: in danger.",
        "    urgency: missing (urgency granted: missing; urgency valid until: missing)",
    ]


def test_a_class_that_was_passed_over_is_told_to_the_ranked_too():
    lines = told("Anna", {"Anna": {"urgency": None, "urgency_valid_until": None}})
    assert lines[0] == "Rank 1 of 1."
    assert "  Class urgent could not be judged and was passed over: life in danger." in lines


def test_several_places_are_told_by_their_kind_of_offer():
    blocks = {"classes": TWO, "second_listings": SECOND, "otherwise": "not ranked"}
    lines = told("Anna", {"Anna": {"willing_both_kidneys": True}}, **blocks)
    assert [line for line in lines if line.startswith(("Rank", "  Behind"))] == [
        "Rank 1 of 2 for both kidneys.",
        "Rank 2 of 2.",
        "  Behind nobody else: R-Anna (rank 1) is this registration's own place for both kidneys.",
    ]


def test_points_are_told_term_by_term():
    terms = points(
        "of: waiting_days, weight: 0.01, say: a point for 100 days, missing: 0",
        "value: 3, when: urgency == 1, say: three for urgency",
        "value: 5, when: cpra_percent > 80",
        "of: cpra_percent, missing: -1.5",
        "value: 0.25",
        "of: waiting_days, times: [donor.age_years], weight: 0.001, missing: 0",
    )
    assert told("Anna", {"Anna": {}}, points=terms, classes="[{id: all, when: always, say: so, cite: core}]")[3:-1] == [
        "  Points 3.75:",
        "                1  term-0 (waiting time: 100 days)",
        "                   a point for 100 days",
        "                   [core 4]",
        "                0  term-1 does not apply (urgency: 9)",
        "                0  term-2 could not be judged (cPRA: missing)",
        "                   [core 4]",
        "             -1.5  term-3 (cPRA: missing)",
        "                   [core 4]",
        "             0.25  term-4",
        "                   [core 4]",
        "                4  term-5 (waiting time: 100 days, donor age: 40 years)",
        "                   [core 4]",
    ]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"Anna": {"waiting_days": 50}, "Ben": {"waiting_days": 200}}, "2.500000000"),
        ({"Anna": {"waiting_days": 0}}, "0.000000000"),
    ],
)
def test_a_share_is_told_as_it_was_given(people, expected):
    terms = points("of: waiting_days, relative_to: class, weight: 10, missing: 0")
    result = small_run(people, policy=small_policy(points=terms))
    assert result.explain("R-Anna").places[0].terms[0].points == expected


def test_an_explanation_in_a_notebook_escapes_what_could_be_read_as_markup():
    policy = small_policy(classes="[{id: all, when: always, say: 'a <b>bold</b> claim', cite: core 3}]")
    html = small_run({"A<b": {}}, policy=policy).explain("R-A<b")._repr_html_()
    assert html.startswith("<p><strong>R-A&lt;b, kidney of donor")
    assert "a &lt;b&gt;bold&lt;/b&gt; claim" in html


def test_an_explanation_is_plain_data_for_machines():
    policy = small_policy(points=points("of: waiting_days, missing: 0, when: urgency == 9"))
    found = small_run({"Anna": {"urgency": 9}, "Ben": {}}, policy=policy).explain("R-Ben").to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["places"] == [
        {
            "rank": 2,
            "offer_kind": "single",
            "class": {"id": "others", "say": "everybody else", "values": [], "cite": "core 3"},
            "points": "100.00",
            "terms": [
                {
                    "id": "term-0",
                    "say": "",
                    "values": [
                        {"name": "waiting_days", "value": "100 days", "read_from": {}},
                        {"name": "urgency", "value": "9", "read_from": {}},
                    ],
                    "applies": True,
                    "points": "100.000000000",
                    "cite": "core 4",
                }
            ],
            "behind": BY_IDENTIFIER,
            "stage": None,
        }
    ]


def test_reasons_are_plain_data_for_machines():
    people = {"Anna": {"height_cm": 50, "urgency": None}, "Ben": {"height_cm": None}, "Cleo": {"urgency": None}}
    result = small_run(people)
    screens = [result.explain(f"R-{name}").to_dict()["screens"] for name in ("Anna", "Ben")]
    assert [[(screen["id"], screen["result"]) for screen in found] for found in screens] == [
        [("size", "failed")],
        [("size", "cannot be judged")],
    ]
    (passed_over,) = result.explain("R-Cleo").to_dict()["classes_not_judged"]
    assert (passed_over["id"], passed_over["say"]) == ("urgent", "life in danger")


def test_an_unknown_registration_is_told():
    with pytest.raises(InputError, match="registration 'R-Zoe' is not on the kidney list; check the identifier"):
        small_run({"Anna": {}}).explain("R-Zoe")


def test_a_class_is_told_with_the_values_that_put_the_registration_there():
    classes = (
        "[{id: early, when: 'cpra_percent > 80 or (waiting_days >= 50 and not urgency == 1)', say: early,"
        " cite: core 3}, {id: all, when: always, say: all, cite: core 3}]"
    )
    lines = told("Anna", {"Anna": {"cpra_percent": 10}}, classes=classes)
    assert lines[1:3] == ["  Class early: early.", "    because waiting time: 100 days, urgency: 9"]


def test_a_term_that_does_not_apply_is_told_in_one_line_with_what_decided_so():
    terms = points("value: 3, when: urgency == 1 and waiting_days > 5, say: three for urgency")
    lines = told("Anna", {"Anna": {}}, points=terms, classes="[{id: all, when: always, say: so, cite: core}]")
    assert lines[4:-1] == ["                0  term-0 does not apply (urgency: 9)"]


def test_a_value_made_of_the_distance_is_told_with_it_where_the_places_are_known():
    near = "{id: near, when: preservation_hours < 100, say: so, cite: core}"
    classes = f"[{near}, {{id: all, when: always, say: so, cite: core}}]"
    people = {"Anna": {"preservation_hours": 2}}
    assert told("Anna", people, classes=classes)[2] == "    because expected preservation time: 2 h"
    heart = next(policy for policy in POLICIES if policy.name == "core/heart")
    result = question_of(heart, 1).run()
    text = "\n".join(str(result.explain(str(name))) for name in result.pool.registrations)
    assert re.search(r"expected preservation time: [0-9.]+ h \(.*distance: [0-9.]+ km, [0-9.]+ NM\)", text)


def test_a_number_of_a_place_is_told_with_the_place():
    elas = next(policy for policy in POLICIES if policy.name == "eurotransplant/elas")
    result = question_of(elas, 1).run()
    text = "\n".join(str(result.explain(str(name))) for name in result.pool.registrations)
    assert re.search(r"slovenian: 0 \((.*; )?country: [A-Z]{2}\)", text)
