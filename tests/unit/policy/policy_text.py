"""Small policy texts for the tests of the policy room: one sound file, and ways to change it."""

from __future__ import annotations

import pytest

from bequest.model.enums import Organ
from bequest.model.errors import PolicyError
from bequest.policy.load import load_policy
from bequest.policy.names import Names
from bequest.policy.parse import parse
from bequest.policy.sources import read_sources

SOURCES = read_sources(
    """
core: {title: Core decisions, issuer: Bequest, date: 2026, certainty: own}
who: {title: Some principles, issuer: World Health Organization, date: 2010, certainty: primary}
principles: {title: Guiding Principles, issuer: somebody, date: 2010, certainty: primary}
memory: {title: From memory, issuer: nobody, date: 2020-05-01, certainty: unverified}
""",
    label="sources.yaml",
)

SOUND = {
    "policy": "core/heart",
    "organ": "heart",
    "title": "Most urgent within reach",
    "edition": "core-2026-1",
    "effective": "2026-01-01",
    "status": "own",
    "parameters": "{limit_hours: {value: 4, unit: h, why: it keeps so long, cite: core 1}}",
    "conditions": "{reachable: preservation_hours <= limit_hours}",
    "screens": "[{id: blood-group, when: abo_compatible, say: the blood group fits, cite: core 2}]",
    "classes": """
- {id: urgent, when: urgency == 1 and reachable, say: urgent and near, cite: core 3}
- {id: others, when: always, say: everybody else, cite: core 4}""",
    "order": "[urgency, waiting_days desc]",
}


def policy_text(**changes):
    """Return the sound file with some keys changed, added, or (None) left out, one key a line from line 1."""
    blocks = {**SOUND, **changes}
    return "".join(f"{key}: {value}\n" for key, value in blocks.items() if value is not None)


def load(**changes):
    """Return the changed file as a policy."""
    return load_policy(policy_text(**changes), label="heart.yaml", sources=SOURCES)


def problems(**changes):
    """Return what is wrong with the changed file."""
    with pytest.raises(PolicyError) as caught:
        load(**changes)
    return caught.value.problems


def screen(when):
    """Return a list of screens with this one condition."""
    return f'[{{id: size, when: "{when}", say: it fits, cite: core 2}}]'


def classes(*conditions):
    """Return classes a, b, c ... with these conditions."""
    named = zip("abcdefgh", conditions, strict=False)
    return "".join(f'\n- {{id: {id_}, when: "{when}", say: so, cite: core}}' for id_, when in named)


def terms(term):
    """Return a points block with one term."""
    return f"{{decimals: 2, rounding: total half up, terms: [{term}]}}"


def names(organ=Organ.HEART, *, parameters=None, inputs=None, geography=None, conditions=None):
    """Return what a policy declares itself."""
    return Names(organ, parameters or {}, inputs or {}, geography or {}, conditions or {}, frozenset())


def refusal(text, known=None):
    """Return the sentence with which a condition is refused."""
    with pytest.raises(PolicyError) as caught:
        parse(text, known or names())
    return str(caught.value)
