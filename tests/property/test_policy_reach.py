"""What is said about classes that can never be reached agrees with trying every donor and every candidate."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from bequest.model.enums import OfferKind
from bequest.policy.boxes import Verdict
from bequest.policy.expression import judge
from bequest.policy.policy import Listing, PolicyClass, Screen, Sequence
from bequest.policy.reach import reach
from property.policy_conditions import REFERENCES, conditions, domain
from unit.policy.policy_text import load

# Whole policies are slow to make up, so a quarter of the usual number of them is tried.
FEWER = settings(max_examples=settings.default.max_examples // 4)
BASE = load(screens=None)
EVERYBODY = [dict(zip(REFERENCES, chosen, strict=True)) for chosen in product(*map(domain, REFERENCES))]


def policy_of(screen, sequences):
    """Return a policy with one screen and, for each sequence, its condition and those of its classes."""
    return replace(
        BASE,
        screens=(Screen("s", screen, "", "", ()),),
        sequences=tuple(
            Sequence(f"q{number}", when, "", (listing(number, classes),), "not ranked")
            for number, (when, classes) in enumerate(sequences)
        ),
    )


def listing(number, classes):
    """Return a main list of classes with these conditions."""
    made = (PolicyClass(f"q{number}-{place}", when, "", "", (), None, None) for place, when in enumerate(classes))
    return Listing(OfferKind.SINGLE, tuple(made), tuple(range(len(classes))))


def tried(screen, sequences):
    """Return the ids of the classes that somebody reaches, by trying everybody."""
    found = set()
    for person in EVERYBODY:
        chosen = next((n for n, (when, _) in enumerate(sequences) if judge(when, person.get)), None)
        if chosen is None or not judge(screen, person.get):
            continue
        met = (n for n, when in enumerate(sequences[chosen][1]) if judge(when, person.get))
        found.add(f"q{chosen}-{next(met, None)}")
    return found


def some(*, pairs):
    """Return a strategy for a screen and one or two sequences of up to four classes."""
    condition = conditions(pairs=pairs, most=5)
    classes = st.lists(condition, min_size=1, max_size=4)
    return st.tuples(condition, st.lists(st.tuples(condition, classes), min_size=1, max_size=2))


@FEWER
@given(some(pairs=False))
def test_a_class_is_reached_exactly_when_somebody_reaches_it(rules):
    verdicts = reach(policy_of(*rules)).classes
    reached = tried(*rules)
    assert verdicts == {id_: Verdict.REACHED if id_ in reached else Verdict.NEVER for id_ in verdicts}


@FEWER
@given(some(pairs=True))
def test_a_class_that_somebody_reaches_is_never_called_unreachable(rules):
    verdicts = reach(policy_of(*rules)).classes
    assert {id_ for id_ in tried(*rules) if verdicts.get(id_) is Verdict.NEVER} == set()


@FEWER
@given(some(pairs=False), st.integers(0, 9))
def test_with_too_few_steps_nothing_wrong_is_said(rules, steps):
    decided = reach(policy_of(*rules)).classes
    hasty = reach(policy_of(*rules), max_steps=steps).classes
    assert all(verdict in (decided[id_], Verdict.UNDECIDED) for id_, verdict in hasty.items())


def test_everybody_is_few_enough_to_try():
    assert len(EVERYBODY) == 3 * 3 * 2 * 4 * 4
