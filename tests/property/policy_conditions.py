"""Strategies for conditions over a few columns, and for the values that those columns may have."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from bequest.model.column import Kind, Table
from bequest.model.columns import candidate_column, column
from bequest.policy.expression import And, Compare, Constant, Literal, Member, Not, Op, Or, Reference, Space, Truth


def candidate(name):
    """Return what a bare name reads."""
    return Reference(Space.CANDIDATE, name, candidate_column(name))


def donor(name):
    """Return what `donor.name` reads."""
    return Reference(Space.DONOR, name, column(Table.DONOR, name))


TRUTHS = (candidate("same_region"),)
CODES = (candidate("crossmatch"), donor("death_criteria"))
NUMBERS = (candidate("hla_mismatches_a"), candidate("hla_mismatches_b"))
REFERENCES = TRUTHS + CODES + NUMBERS


def domain(reference):
    """Return every value of a column, None for a missing one included where it may be missing."""
    known = {
        Kind.TRUTH: (True, False),
        Kind.CODE: reference.column.codes,
        Kind.WHOLE: tuple(map(Decimal, range(3))),
    }[reference.column.kind]
    return known if reference.column.required else (*known, None)


def values():
    """Return a strategy for the values of all columns."""
    return st.fixed_dictionaries({reference: st.sampled_from(domain(reference)) for reference in REFERENCES})


def atoms(*, pairs=True):
    """Return a strategy for comparisons, memberships and yes/no names; `pairs`: two columns may be compared."""
    truth = st.sampled_from(TRUTHS).flatmap(
        lambda left: st.one_of(
            st.just(Truth(left)),
            st.builds(Compare, st.just(left), st.sampled_from((Op.EQ, Op.NE)), st.builds(Literal, st.booleans())),
        )
    )
    code = st.sampled_from(CODES).flatmap(
        lambda left: st.one_of(
            st.builds(Compare, st.just(left), st.sampled_from((Op.EQ, Op.NE)), literals(left)),
            st.builds(Member, st.just(left), st.lists(literals(left), min_size=1, unique=True).map(tuple)),
        )
    )
    number = st.sampled_from(NUMBERS).flatmap(
        lambda left: st.one_of(
            st.builds(Compare, st.just(left), st.sampled_from(Op), literals(left)),
            st.builds(Member, st.just(left), st.lists(literals(left), min_size=1, unique=True).map(tuple)),
        )
    )
    pair = st.builds(Compare, st.just(NUMBERS[0]), st.sampled_from(Op), st.just(NUMBERS[1]))
    return st.one_of(truth, code, number, pair) if pairs else st.one_of(truth, code, number)


def literals(reference):
    """Return a strategy for the values that may be written beside a column."""
    return st.sampled_from([value for value in domain(reference) if value is not None]).map(Literal)


def conditions(*, pairs=True, most=8):
    """Return a strategy for conditions of some depth, of at most so many comparisons."""
    leaves = st.one_of(atoms(pairs=pairs), st.builds(Constant, st.booleans()))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, min_size=2, max_size=3).map(tuple).map(And),
            st.lists(inner, min_size=2, max_size=3).map(tuple).map(Or),
        ),
        max_leaves=most,
    )
