from __future__ import annotations

from importlib.resources import files

from bequest.cli.missing import (
    Unsettled,
    cells_to_fill,
    counted_without,
    counts,
    not_judged,
    passed_over,
    short_of_points,
)
from bequest.policy.load import load_policy
from bequest.policy.sources import packaged_sources
from small_runs import points, small_policy, small_run

LEVELS = "Anna: {urgency: 1}, Ben: {urgency: 2}, Cleo: {urgency: 9, waiting_days: 500}"


def test_whoever_lacks_a_fact_is_named_with_it_and_with_the_best_rank(rank):
    run = rank(f"{LEVELS}, Dora: {{urgency: 2, waiting_days: 900, weight_kg: null}}")
    assert not_judged(run, run.not_ranked()) == [Unsettled("R-Dora", "CENTRE", 2, ("weight kg",))]


def test_the_best_possible_rank_comes_first(rank):
    run = rank(f"{LEVELS}, Dora: {{weight_kg: null}}, Emil: {{urgency: 1, unacceptable_antigens: null}}")
    found = not_judged(run, run.not_ranked())
    assert [(each.registration, each.missing) for each in found] == [
        ("R-Emil", ("unacceptable antigens",)),
        ("R-Dora", ("weight kg",)),
    ]


def test_every_missing_fact_of_a_candidate_is_named_once(rank):
    run = rank("Dora: {weight_kg: null, unacceptable_antigens: null}")
    assert not_judged(run, run.not_ranked())[0].missing == ("weight kg", "unacceptable antigens")


def test_a_fact_missing_of_the_donor_is_the_donors(rank):
    run = rank(LEVELS, donor="weight_kg: null")
    assert {each.missing for each in not_judged(run, run.not_ranked())} == {("donor weight kg",)}


def test_whoever_is_ruled_out_is_not_waited_for(rank):
    run = rank("Dora: {weight_kg: null, status: suspended}")
    assert not_judged(run, run.not_ranked()) == []


def test_an_empty_answer_is_no_missing_fact(rank):
    run = rank("Dora: {urgency_granted: null, urgency_valid_until: null}")
    assert passed_over(run)[0].missing == ("urgency granted",)


def test_a_ranked_candidate_whose_earlier_class_is_open_is_named_with_the_rank(rank):
    run = rank("Anna: {urgency: 2}, Dora: {urgency_granted: null}")
    assert passed_over(run) == [Unsettled("R-Dora", "CENTRE", 2, ("urgency granted",))]


def test_whoever_is_judged_in_full_is_not_passed_over(rank):
    assert passed_over(rank(LEVELS)) == []


def test_a_factor_that_no_empty_cell_explains_is_named_itself(rank):
    run = rank("Dora: {preservation_hours: null}")
    assert not_judged(run, run.not_ranked())[0].missing == ("preservation hours",)


def test_the_cells_to_fill_are_named_by_column_and_table(rank):
    run = rank("Dora: {weight_kg: null, unacceptable_antigens: null}, Emil: {}")
    assert cells_to_fill(run, "R-Dora") == ["weight_kg (registrations)", "unacceptable_antigens (registrations)"]
    assert cells_to_fill(run, "R-Emil") == []


def test_a_cell_of_the_donor_is_to_fill_among_the_donors(rank):
    run = rank("Dora: {}", donor="weight_kg: null")
    assert cells_to_fill(run, "R-Dora") == ["weight_kg (donors)"]


def test_what_is_computed_and_what_is_an_input_is_called_so(rank):
    assert cells_to_fill(rank("Dora: {preservation_hours: null}"), "R-Dora") == [
        "preservation_hours, which is computed"
    ]
    run = rank("Anna: {}", policy=_with_balance(), inputs={"balance": {"HOSPITAL": 3}})
    assert cells_to_fill(run, "R-Anna") == ["input balance (--inputs)"]


def test_a_cell_whose_lack_costs_points_is_to_fill(rank):
    run = rank(
        "Anna: {dialysis_since_on: 2024-01-01, cpra_percent: 0, prior_living_donor: false, hla: null}",
        policy="core/kidney",
    )
    assert cells_to_fill(run, "R-Anna") == ["hla (registrations)"]


def test_facts_are_counted_the_most_frequent_first():
    open_ = [Unsettled("a", "c", 1, ("x", "y")), Unsettled("b", "c", 2, ("y",)), Unsettled("d", "c", 3, ("z",))]
    assert counts(open_) == [("y", 2), ("x", 1), ("z", 1)]


def test_a_column_that_a_rule_reads_itself_is_named(rank):
    run = rank("Anna: {dialysis_since_on: 2024-01-01, cpra_percent: null}", policy="core/kidney")
    assert passed_over(run)[0].missing == ("cPRA %",)


def test_an_input_that_says_nothing_about_a_centre_is_named_as_an_input(rank):
    run = rank("Anna: {}", policy=_with_balance(), inputs={"balance": {"HOSPITAL": 3}})
    assert not_judged(run, run.not_ranked())[0].missing == ("input balance",)


def _with_balance():
    written = files("bequest.policies").joinpath("core", "heart-core-2026-1.yaml").read_text(encoding="utf-8")
    written = written.replace("when: donor_age_accepted", "when: input.balance > 0")
    declared = "inputs: {balance: {by: centre, decimals: 0, low: 0, high: 9, why: a test, cite: bequest-core heart}}\n"
    return load_policy(written + declared, label="heart.yaml", sources=packaged_sources())


POINTS = points(
    "of: cpra_percent, missing: 0", "of: waiting_days, weight: 0.01, missing: 0", "of: dialysis_days, missing: 0"
)


def short(people, terms=POINTS, **blocks):
    return short_of_points(small_run(people, policy=small_policy(points=terms, order="[points desc]", **blocks)))


def test_whoever_lacks_a_fact_that_gives_points_is_named_with_it_and_with_the_rank():
    people = {"Anna": {"cpra_percent": 50}, "Ben": {"cpra_percent": None}}
    assert short(people) == [Unsettled("R-Ben", "CENTRE", 2, ("cPRA %",))]


def test_an_empty_cell_that_is_an_answer_costs_no_points():
    assert short({"Anna": {"cpra_percent": 50, "dialysis_since_on": None}}) == []


def test_a_term_that_does_not_apply_costs_no_points():
    assert short({"Anna": {"height_cm": 170}}, points("of: cpra_percent, missing: 0, when: height_cm > 180")) == []


def test_a_condition_that_cannot_be_judged_costs_the_points_of_its_term():
    terms = points("value: 3, when: cpra_percent > 80")
    assert [each.missing for each in short({"Anna": {"cpra_percent": None}}, terms)] == [("cPRA %",)]


def test_a_missing_fact_that_gives_the_most_points_costs_none():
    assert short({"Anna": {"cpra_percent": None}}, points("of: cpra_percent, weight: -1, missing: 0")) == []


def test_what_the_donor_lacks_is_not_held_against_one_candidate():
    terms = points("value: 3, when: donor.hypertension")
    assert short({"Anna": {}}, terms) == []


def test_whoever_is_not_ranked_is_not_named_for_points():
    assert short({"Anna": {"height_cm": 50}}) == []


def test_a_policy_without_points_costs_nobody_points():
    assert short_of_points(small_run({"Anna": {"cpra_percent": None}})) == []


def cells(people, terms):
    return cells_to_fill(small_run(people, policy=small_policy(points=terms, order="[points desc]")), "R-Anna")


def test_a_cell_that_only_a_term_without_effect_reads_is_not_to_fill():
    assert cells({"Anna": {"height_cm": 170}}, points("of: cpra_percent, missing: 0, when: height_cm > 180")) == []


def test_an_empty_cell_that_says_there_is_nothing_to_give_for_is_not_to_fill():
    terms = points("of: dialysis_days, missing: 0", "of: cpra_percent, missing: 0")
    assert cells({"Anna": {"dialysis_since_on": None, "cpra_percent": None}}, terms) == ["cpra_percent (registrations)"]


def test_a_cell_whose_lack_puts_a_registration_last_in_its_class_is_to_fill():
    policy = small_policy(order="[meld desc]", organ="liver", policy="core/liver")
    run = small_run({"Anna": {"meld": None}, "Ben": {"meld": 20}}, policy=policy)
    assert cells_to_fill(run, "R-Anna") == ["meld (registrations)"]
    assert cells_to_fill(run, "R-Ben") == []


def test_what_nobody_of_a_class_has_puts_nobody_last():
    policy = small_policy(order="[meld desc]", organ="liver", policy="core/liver")
    assert cells_to_fill(small_run({"Anna": {"meld": None}, "Ben": {"meld": None}}, policy=policy), "R-Anna") == []


def test_a_score_that_does_without_a_fact_says_which(rank):
    heart_lung = "Anna: {lung_diagnosis_group: D, functional_status: null, ventilated: true, status: active}"
    run = rank(heart_lung, policy="us/lung")
    assert "functional_status (registrations)" in counted_without(run, "R-Anna")
    assert "ventilated (registrations)" not in counted_without(run, "R-Anna")


def test_nothing_is_said_of_the_scores_of_one_who_is_not_ranked(rank):
    assert counted_without(rank("Anna: {status: suspended}", policy="us/lung"), "R-Anna") == []
