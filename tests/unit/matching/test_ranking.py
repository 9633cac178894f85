"""The match run as a function: what it asks for and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bequest.matching import run
from bequest.matching.case_people import case_donor, case_pool
from bequest.model.consent import Consent
from bequest.model.enums import ConsentBasis, Organ
from bequest.model.errors import InputError, RefusedError
from small_runs import AT, names, small_case, small_policy, small_run

PEOPLE = {"Anna": {}, "Ben": {"height_cm": None}, "Cleo": {"height_cm": 50}}
POLICY = small_policy()
CASE = small_case(PEOPLE)
DONOR = case_donor(CASE, POLICY)
POOL = case_pool(CASE, POLICY)
CLASSES = "classes: [{id: %s, when: always, say: so, cite: core}]"
CHILDREN = f"{{id: children, when: donor.age_years < 18, {CLASSES % 'first'}}}"
ADULTS = f"{{id: adults, when: donor.age_years >= 18, {CLASSES % 'second'}}}"


def rank(**changes: object):
    arguments: dict[str, object] = {"organ": "kidney", "pool": POOL, "at": AT, "evaluator": "numpy", **changes}
    return run(arguments.pop("policy", POLICY), arguments.pop("donor", DONOR), **arguments)


def by_donor(*sequences: str):
    return small_policy(classes=None, sequences=f"[{', '.join(sequences)}]")


@pytest.mark.parametrize("at", ["2026-11-01T00:00:00Z", "2026-11-01T01:00:00+01:00", AT.astimezone(UTC)])
def test_an_instant_may_be_written_as_text_in_any_zone(at: object) -> None:
    assert rank(at=at).digest == rank().digest


@pytest.mark.parametrize("organ", ["kidney", Organ.KIDNEY])
def test_an_organ_may_be_named_by_its_text(organ: object) -> None:
    assert rank(organ=organ).organ is Organ.KIDNEY


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"organ": "kidny"}, "'kidny' is no organ; choose one of: heart"),
        ({"organ": "heart"}, "ranks the kidney list, not heart; choose another policy"),
        ({"at": "tonight"}, "'tonight' is no instant; write it as 2026-11-01T00:00:00Z"),
        ({"at": "2026-11-01T00:00:00"}, "'2026-11-01T00:00:00' has no time zone"),
        ({"at": datetime(2026, 11, 1)}, "'2026-11-01 00:00:00' has no time zone"),  # noqa: DTZ001  what is refused
        ({"policy": "core/kidney"}, "'core/kidney' is no policy that was read; give run"),
        ({"lottery_seed": 12}, "lottery seed 12 is no text; give the published seed in quotes"),
        ({"evaluator": "quick"}, "evaluator 'quick' does not exist; choose one of: numba, numpy"),
        ({"inputs": {"balance": 1}}, "inputs: core/kidney reads no inputs; leave --inputs or inputs= out"),
        ({"inputs": 3}, "inputs: '3' is no table; write it as"),
        ({"lottery_seed": "green"}, "lottery seed 'green' is not hexadecimal"),
        ({"lottery_seed": ""}, "lottery seed '' is not hexadecimal"),
        ({"pool": replace(POOL, organ=Organ.LIVER)}, "the pool is the liver list, not kidney; read the right list"),
        (
            {"pool": replace(POOL, as_of=AT + timedelta(minutes=1))},
            "the pool is as of 2026-11-01T00:01:00Z and the run at 2026-11-01T00:00:00Z, before it",
        ),
        ({"donor": replace(DONOR, hospital="H-9")}, "donor 'D-CASE', column 'hospital': 'H-9' is not in the centres"),
    ],
)
def test_wrong_input_is_told_with_its_remedy(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        rank(**changes)


def test_a_pool_of_an_earlier_instant_is_refused() -> None:
    sentence = "the pool is as of 2026-11-01T00:00:00Z and the run at 2026-11-01T01:00:00Z, after it; read the pool as"
    with pytest.raises(InputError, match=sentence):
        rank(at=AT + timedelta(hours=1))


def test_a_seed_has_one_spelling() -> None:
    assert rank(lottery_seed="AB").digest == rank(lottery_seed="ab").digest


def test_a_policy_that_draws_lots_asks_for_the_seed() -> None:
    with pytest.raises(InputError, match="draws lots between equals: give the published seed with --lottery-seed"):
        rank(policy=small_policy(order="[lottery]"))


def test_another_seed_draws_another_order() -> None:
    people, policy = {f"P{number}": {} for number in range(20)}, small_policy(order="[lottery]")
    orders = [names(small_run(people, policy=policy, lottery_seed=seed)) for seed in ("a", "b")]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


def test_an_unverified_policy_is_not_run_by_accident() -> None:
    unverified = small_policy(status="unverified")
    with pytest.raises(InputError, match="is unverified: some of its facts were never compared with their source"):
        rank(policy=unverified)


def test_an_unverified_policy_is_run_when_that_is_asked_for() -> None:
    result = rank(policy=small_policy(status="unverified"), allow_unverified=True)
    assert result.to_dict()["status"] == "unverified"


def test_a_population_without_the_columns_of_the_policy_is_refused_with_their_names() -> None:
    policy = small_policy(screens="[{id: one, when: cpra_percent < 50 and age_years > 5, say: so, cite: core}]")
    poor = replace(POOL, present=POOL.present - {"cpra_percent", "born_on"})
    with pytest.raises(InputError, match="columns this population does not have: born_on, cpra_percent; add them"):
        rank(policy=policy, pool=poor)


def test_a_population_without_what_makes_a_registration_active_is_refused() -> None:
    poor = replace(POOL, present=POOL.present - {"status"})
    with pytest.raises(InputError, match="does not have: status; add"):
        rank(pool=poor)


def test_a_factor_given_directly_needs_no_columns() -> None:
    lean = replace(POOL, present=POOL.present - {"urgency_granted", "urgency_valid_until"} | {"urgency"})
    assert names(rank(pool=lean)) == ["Anna"]


@pytest.mark.parametrize(("age", "expected"), [(17, "first"), (18, "second")])
def test_the_donor_chooses_the_list(age: int, expected: str) -> None:
    result = small_run({"Anna": {}}, policy=by_donor(CHILDREN, ADULTS), donor={"age_years": age})
    assert [entry.class_id for entry in result.ranked()] == [expected]


def test_the_list_is_chosen_by_the_quantised_value() -> None:
    donor = replace(DONOR, facts={**DONOR.facts, "age_years": Decimal("17.996")})
    assert [entry.class_id for entry in rank(policy=by_donor(CHILDREN, ADULTS), donor=donor).ranked()] == ["second"]


def test_an_input_may_choose_the_list() -> None:
    even = f"{{id: even, when: input.turn == 0, {CLASSES % 'first'}}}"
    odd = f"{{id: odd, when: always, {CLASSES % 'second'}}}"
    declared = "{turn: {decimals: 0, low: 0, high: 1, why: a turn, cite: core}}"
    policy = small_policy(classes=None, sequences=f"[{even}, {odd}]", inputs=declared)
    entries = [rank(policy=policy, inputs={"turn": turn}).ranked()[0].class_id for turn in (0, 1)]
    assert entries == ["first", "second"]


def test_a_list_that_a_missing_fact_decides_is_not_chosen() -> None:
    old = f"{{id: old, when: donor.kdpi_percent > 85, {CLASSES % 'first'}}}"
    with pytest.raises(InputError, match=r"because 'donor\.kdpi_percent > 85' cannot be judged; give the donor"):
        rank(policy=by_donor(old, ADULTS))


def test_a_donor_for_whom_there_is_no_list_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"core/kidney is for donors with 'donor\.age_years < 18', not for this one; use another"
    ):
        rank(policy=by_donor(CHILDREN))


def test_what_the_consent_does_not_cover_is_refused() -> None:
    consent = Consent(ConsentBasis.REGISTERED_YES, AT, (Organ.HEART, Organ.LUNG), objection_found=False)
    with pytest.raises(RefusedError, match="consent covers heart, lung, not kidney; nothing else may be offered"):
        rank(donor=replace(DONOR, consent=consent))


def test_an_objection_is_refused_whoever_made_the_record() -> None:
    with pytest.raises(RefusedError, match="donor 'D-CASE': an objection to donation was found"):
        rank(donor=replace(DONOR, consent=replace(DONOR.consent, objection_found=True)))


def test_nothing_is_ranked_before_the_allocation_gate_opens() -> None:
    with pytest.raises(RefusedError, match="allocation opens at 2026-10-31T18:00:00Z, when consent, custody check and"):
        rank(at=AT - timedelta(hours=7), pool=replace(POOL, as_of=AT - timedelta(days=1)))


def test_donor_and_list_cannot_change_places() -> None:
    with pytest.raises(RefusedError, match=r"never the reverse\. Nobody is searched for as a source"):
        run(POLICY, POOL, organ="kidney", pool=DONOR, at=AT)


def test_a_policy_is_made_into_a_program_once() -> None:
    assert rank().program is rank().program


def test_every_registration_has_a_rank_or_a_reason() -> None:
    result = rank()
    ranked = {entry.registration for entry in result.ranked()}
    reasoned = {entry.registration for entry in result.not_ranked()}
    assert ranked | reasoned == {f"R-{name}" for name in PEOPLE}
    assert not ranked & reasoned


def test_an_effective_date_does_not_bind_whoever_asks_for_a_version() -> None:
    assert names(rank(policy=replace(POLICY, effective=date(2030, 1, 1)))) == ["Anna"]


@pytest.mark.jit
def test_both_evaluators_have_one_digest() -> None:
    assert rank(evaluator="numba").digest == rank().digest
