"""Knows the match run as one pure function: policy, donor and pool in, every rank and every reason out."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from bequest.matching.facts import facts_of
from bequest.matching.geography import hospital_number
from bequest.matching.inputs import inputs_of, single_input
from bequest.matching.match_run import MatchRun
from bequest.matching.pair import donor_fact, pair_of
from bequest.matching.pool import Pool
from bequest.matching.program import Program, program_of, screens_of
from bequest.matching.run_atoms import plain_value
from bequest.model.column import Column, Table
from bequest.model.columns import known_column
from bequest.model.donor import Donor, refusals
from bequest.model.enums import Organ, PolicyStatus
from bequest.model.errors import InputError, RefusedError
from bequest.model.instant import instant_of
from bequest.model.version import __version__
from bequest.policy.expression import Space, judge, references
from bequest.policy.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.matching.evaluation import Evaluation
    from bequest.matching.facts import Facts
    from bequest.matching.inputs import Inputs
    from bequest.matching.pair import Pair
    from bequest.policy.expression import Plain, Reference
    from bequest.policy.policy import Sequence

EVALUATORS = {"numpy": "bequest.matching.plain", "numba": "bequest.matching.compiled"}
"""The two ways to the same integers; each is loaded when it is asked for (docs/decisions/0005)."""
_HEXADECIMAL = frozenset("0123456789abcdef")


class Evaluator(Protocol):
    """Turn facts into ranks: `bequest.matching.plain` is the definition, `bequest.matching.compiled` the fast one."""

    def evaluate(self, policy: Policy, program: Program, facts: Facts) -> Evaluation:
        """Return the result of one run."""
        ...


def run(  # noqa: PLR0913  the public signature of DESIGN.md section 3
    policy: Policy,
    donor: Donor,
    *,
    organ: Organ | str,
    pool: Pool,
    at: datetime | str,
    inputs: Mapping[str, object] | None = None,
    lottery_seed: str | None = None,
    allow_unverified: bool = False,
    evaluator: str = "numba",
) -> MatchRun:
    """Rank one organ's list for one donor under one policy; a pure function.

    `at` is the instant of the run, aware or ISO text with its zone. `inputs` are the balances and turns a policy names.
    `lottery_seed` (hexadecimal) is needed where the policy draws lots. Raises RefusedError for what must never be run,
    InputError for input that is wrong or missing.
    """
    _refuse_swapped(donor, pool)
    wanted, instant = _organ(organ), instant_of(at)
    _refuse_policy(policy, wanted, allow_unverified=allow_unverified)
    _refuse_donor(donor, wanted, at=instant)
    _refuse_pool(policy, pool, organ=wanted, at=instant)
    pair = pair_of(donor, pool, at=instant)
    read = inputs_of(policy, inputs)
    program = _program(policy, _sequence(policy, pair, inputs=read))
    seed = _seed(policy, program, seed=lottery_seed)
    facts = facts_of(policy, program, pair, inputs=read, lottery_seed=seed)
    return MatchRun(
        policy=policy,
        donor=donor,
        pool=pool,
        organ=wanted,
        at=instant,
        engine=f"bequest {__version__}",
        inputs=read,
        lottery_seed=seed,
        program=program,
        facts=facts,
        evaluation=_evaluator(evaluator).evaluate(policy, program, facts),
    )


def _evaluator(name: str) -> Evaluator:
    if name not in EVALUATORS:
        raise InputError(f"evaluator '{name}' does not exist; choose one of: {', '.join(sorted(EVALUATORS))}.")
    # The module has the function that the Protocol names.
    return cast("Evaluator", import_module(EVALUATORS[name]))


_PROGRAMS: dict[tuple[str, str], Program] = {}


def _program(policy: Policy, sequence: Sequence) -> Program:
    """Return the program of a sequence, made once per policy hash: the hash covers everything it depends on."""
    key = (policy.hash, sequence.id)
    found = _PROGRAMS.get(key)
    if found is None:
        found = _PROGRAMS[key] = program_of(policy, sequence)
    return found


def _sequence(policy: Policy, pair: Pair, *, inputs: Inputs) -> Sequence:
    """Return the first sequence that describes the donor; raise InputError where an unknown fact decides it."""
    donor = pair.donor

    def value_of(reference: Reference) -> Plain | None:
        if reference.space is Space.INPUT:
            return plain_value(single_input(inputs, policy.inputs[reference.name], pair), reference)
        if reference.space is Space.GEOGRAPHY:
            return plain_value(hospital_number(policy.geography[reference.name], pair), reference)
        return plain_value(donor_fact(donor, reference.column), reference)

    for sequence in policy.sequences:
        holds = judge(sequence.when, value_of)
        if holds:
            return sequence
        if holds is None:
            raise InputError(
                f"donor '{donor.donor}': the list cannot be chosen, because '{sequence.text}' cannot be judged; "
                "give the donor's missing value."
            )
    meant = " or ".join(f"'{sequence.text}'" for sequence in policy.sequences)
    raise InputError(
        f"donor '{donor.donor}': {policy.name} is for donors with {meant}, not for this one; use another policy."
    )


def _refuse_swapped(donor: object, pool: object) -> None:
    if not isinstance(donor, Donor) or not isinstance(pool, Pool):
        raise RefusedError(
            "run() ranks the waiting list for one offered organ: it takes one donor and one pool of registrations, "
            "never the reverse. Nobody is searched for as a source."
        )


def _refuse_policy(policy: Policy, organ: Organ, *, allow_unverified: bool) -> None:
    if not isinstance(cast("object", policy), Policy):
        raise InputError(f"'{policy}' is no policy that was read; give run() what bequest.policy() returns.")
    if policy.organ is not organ:
        raise InputError(
            f"policy {policy.name} ranks the {policy.organ.value} list, not {organ.value}; choose another policy."
        )
    if policy.status is PolicyStatus.UNVERIFIED and not allow_unverified:
        raise InputError(
            f"policy {policy.name} ({policy.edition}) is unverified: some of its facts were never compared with their "
            "source. Use --allow-unverified (allow_unverified=True) to run it all the same, never for a live offer."
        )


def _refuse_donor(donor: Donor, organ: Organ, *, at: datetime) -> None:
    reasons = refusals(donor)
    if reasons:
        raise RefusedError(*(f"donor '{donor.donor}': {reason}" for reason in reasons))
    if organ not in donor.consent.organs:
        scope = ", ".join(consented.value for consented in donor.consent.organs)
        raise RefusedError(
            f"donor '{donor.donor}': consent covers {scope}, not {organ.value}; nothing else may be offered."
        )
    if at < donor.allocation_open_at:
        raise RefusedError(
            f"donor '{donor.donor}': allocation opens at {_text(donor.allocation_open_at)}, when consent, custody "
            "check and death or pathway are all there; no organ is offered before."
        )


def _refuse_pool(policy: Policy, pool: Pool, *, organ: Organ, at: datetime) -> None:
    if pool.organ is not organ:
        raise InputError(f"the pool is the {pool.organ.value} list, not {organ.value}; read the right list.")
    if at != pool.as_of:
        # An earlier list lacks whoever was listed since, and still has whoever left it.
        side = "before" if at < pool.as_of else "after"
        raise InputError(
            f"the pool is as of {_text(pool.as_of)} and the run at {_text(at)}, {side} it; read the pool as of the run."
        )
    lacking = sorted(_lacking(policy, pool))
    if lacking:
        raise InputError(
            f"policy {policy.name} needs columns this population does not have: {', '.join(lacking)}; add them to the "
            "registrations (docs/reference/data-dictionary.md)."
        )


_LACKING: dict[tuple[str, frozenset[str]], frozenset[str]] = {}


def _lacking(policy: Policy, pool: Pool) -> frozenset[str]:
    """Return the registration columns that a policy reads and a source lacks, worked out once for both."""
    key = (policy.hash, pool.present)
    found = _LACKING.get(key)
    if found is None:
        found = _LACKING[key] = columns_not_present(policy, pool)
    return found


def columns_not_present(policy: Policy, pool: Pool) -> frozenset[str]:
    """Return the registration columns that the policy reads, directly or through a factor, and the source lacks."""
    needed: set[str] = set()
    screened = (reference.column for screen in screens_of(policy) for reference in references(screen.when))
    for entry in policy.reads.union(screened):
        if entry.name in pool.present:
            continue
        if entry.table is Table.REGISTRATION:
            needed.add(entry.name)
        elif entry.table is Table.FACTOR:
            needed.update(_registration_inputs(entry))
    return frozenset(needed - pool.present)


def _registration_inputs(entry: Column) -> set[str]:
    read = (name.partition(".") for name in entry.inputs)
    own = {name for table, _, name in read if table == Table.REGISTRATION.value}
    return {name for name in own if not known_column(Table.REGISTRATION, name).may_be_absent}


def _seed(policy: Policy, program: Program, *, seed: str | None) -> str | None:
    """Return the seed in the one form it is drawn from, so that no second spelling gives a second lottery."""
    if seed is None:
        if program.lottery:
            raise InputError(
                f"policy {policy.name} draws lots between equals: give the published seed with "
                "--lottery-seed (lottery_seed=)."
            )
        return None
    if not isinstance(cast("object", seed), str):
        raise InputError(f"lottery seed {seed} is no text; give the published seed in quotes.")
    if not seed or any(digit not in _HEXADECIMAL for digit in seed.lower()):
        raise InputError(f"lottery seed '{seed}' is not hexadecimal; give the published seed, digits 0-9 and a-f.")
    return seed.lower()


def _organ(organ: Organ | str) -> Organ:
    if isinstance(organ, Organ):
        return organ
    try:
        return Organ(organ)
    except ValueError:
        names = ", ".join(known.value for known in Organ)
        raise InputError(f"'{organ}' is no organ; choose one of: {names}.") from None


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
