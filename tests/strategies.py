"""Knows how to generate what a match run takes: policies as their files say them, donors, pools and inputs.

Values lie where rules change: at the literals of the policy, one step beside them, at the bounds of the dictionary,
or nowhere (missing).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from bequest.matching import run
from bequest.matching.pool import build_pool
from bequest.model.column import MISSING, Column, Kind, Table
from bequest.model.columns import columns_of
from bequest.model.donor import donor_from_facts
from bequest.model.enums import Organ
from bequest.model.errors import InputError, PolicyError
from bequest.policy.document import MAX_DIGITS
from bequest.policy.load import load_policy
from bequest.policy.sources import read_sources

AT = datetime(2026, 11, 1, tzinfo=UTC)
SOURCES = read_sources("core: {title: Core, issuer: Bequest, date: 2026, certainty: own}", label="sources.yaml")
CENTRES = ("CENTRE-1", "CENTRE-2", "CENTRE-3", "HOSPITAL")
ORGANS = (Organ.KIDNEY, Organ.HEART, Organ.LIVER, Organ.CORNEA)
OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
_NUMBERS = (Kind.WHOLE, Kind.DECIMAL)
_READABLE = (*_NUMBERS, Kind.TRUTH, Kind.CODE)
_GOVERNED = ("death_criteria",)


@dataclass(frozen=True)
class Name:
    """Hold a name a condition may read: as it is written, and its column."""

    written: str
    column: object
    of_candidate: bool = True


@dataclass(frozen=True)
class Drawn:
    """Hold a generated policy with what a run of it takes, and the integers where its rules change, by written name."""

    policy: object
    inputs: dict[str, object]
    seed: str | None
    landmarks: dict[str, tuple[int, ...]]
    text: str


@dataclass(frozen=True)
class Frame:
    """Hold a pool as its columns, before it is built, in some row order."""

    organ: Organ
    registrations: dict[str, object]
    given: dict[str, object]

    @property
    def rows(self):
        """Return the number of rows."""
        return len(self.registrations["registration"])

    def pool(self):
        """Return the pool."""
        return build_pool(self.organ, as_of=AT, registrations=self.registrations, centres=centres(), given=self.given)

    def in_order(self, order):
        """Return the same rows in another order."""
        registrations = {name: [values[row] for row in order] for name, values in self.registrations.items()}
        return Frame(self.organ, registrations, {name: values[order] for name, values in self.given.items()})

    def with_value(self, name, *, row, value):
        """Return the frame with one given value changed."""
        changed = self.given[name].copy()
        changed[row] = value
        return Frame(self.organ, self.registrations, {**self.given, name: changed})


@dataclass(frozen=True)
class Question:
    """Hold a generated policy beside a donor and a pool: everything one match run takes."""

    drawn: Drawn
    donor: object
    frame: Frame

    @property
    def policy(self):
        """Return the policy."""
        return self.drawn.policy

    def run(self, evaluator="numpy"):
        """Return the match run; leave out donors whose list a missing fact leaves open."""
        try:
            return run(
                self.policy,
                self.donor,
                organ=self.policy.organ,
                pool=self.frame.pool(),
                at=AT,
                inputs=self.drawn.inputs,
                lottery_seed=self.drawn.seed,
                evaluator=evaluator,
            )
        except InputError as open_:
            assume("cannot be judged" not in str(open_))
            raise

    def about(self, frame):
        """Return the same question about another pool."""
        return Question(self.drawn, self.donor, frame)


@st.composite
def questions(draw, *, most_rows=40, contest=False):
    """Return a policy with a donor and a pool that it is asked about."""
    drawn = draw(policies(contest=contest))
    return Question(drawn, draw(donors(drawn)), draw(frames(drawn, most_rows=most_rows)))


# ------------------------------------------------------------------ names and literals


def candidate_names(organ):
    """Return the names of candidates that a policy of an organ may read."""
    entries = columns_of(Table.FACTOR) + columns_of(Table.REGISTRATION)
    return tuple(Name(entry.name, entry) for entry in entries if _open(entry, organ))


def donor_names(organ):
    """Return the names of the donor that a policy of an organ may read."""
    return tuple(
        Name(f"donor.{entry.name}", entry, of_candidate=False)
        for entry in columns_of(Table.DONOR)
        if _open(entry, organ)
    )


def _open(entry, organ):
    return entry.in_policies and entry.kind in _READABLE and (not entry.organs or organ in entry.organs)


def bounds(column):
    """Return the least and the largest integer of a column."""
    if column.kind is Kind.TRUTH:
        return 0, 1
    if column.kind is Kind.CODE:
        return 0, len(column.codes) - 1
    return int(column.low * 10**column.decimals), int(column.high * 10**column.decimals)


@dataclass
class _Writer:
    """Keep what a policy file declares while its conditions are drawn, and where its rules change."""

    draw: object
    inputs: dict[str, dict[str, object]]
    parameters: dict[str, tuple[str, str | None]]
    landmarks: dict[str, set[int]]
    relative_of_ten: int

    def one_of(self, options):
        return self.draw(st.sampled_from(options))

    def chance(self, of_ten):
        return self.draw(st.integers(0, 9)) < of_ten

    def number(self, name, *, finer):
        """Return a literal for a numeric name; `finer` ones may lie between two steps of its resolution."""
        low, high = bounds(name.column)
        near = st.integers(low, min(high, low + 9))
        whole = self.draw(st.one_of(st.sampled_from((low, high)), near, st.integers(low, high)))
        self.landmarks.setdefault(name.written, set()).add(whole)
        value = Decimal(whole).scaleb(-name.column.decimals)
        if finer and self.chance(4):
            fine = value + Decimal(self.one_of((1, 5, 9))).scaleb(-name.column.decimals - self.one_of((1, 2, 8, 20)))
            if len(format(fine, "f")) <= MAX_DIGITS:
                value = fine
        return format(min(max(value, name.column.low), name.column.high), "f")

    def literal(self, name, *, finer=False):
        if name.column.kind is Kind.TRUTH:
            return self.one_of(("true", "false"))
        if name.column.kind is Kind.CODE:
            return f'"{self.one_of(name.column.codes)}"'
        return self.number(name, finer=finer)

    def parameter(self, value, unit):
        name = f"limit_{len(self.parameters)}"
        self.parameters[name] = (value, unit)
        return name


# ------------------------------------------------------------------ conditions


def _atom(writer, names):
    name = writer.one_of(names)
    kind = name.column.kind
    if kind is Kind.TRUTH:
        return writer.one_of((name.written, f"{name.written} == true", f"{name.written} != {writer.literal(name)}"))
    form = writer.draw(st.integers(0, 9))
    if form < 2:
        return _membership(writer, name)
    others = [other for other in names if _comparable(name, other)]
    if form < 4 and others:
        other = writer.one_of(others)
        op = writer.one_of(("==", "!=")) if kind is Kind.CODE else writer.one_of(OPERATORS)
        return f"{name.written} {op} {other.written}"
    op = writer.one_of(("==", "!=")) if kind is Kind.CODE else writer.one_of(OPERATORS)
    value = writer.literal(name, finer=op not in {"==", "!="})
    if kind is not Kind.CODE and form == 4 and name.column.unit is not None:
        value = writer.parameter(value, name.column.unit)
    return f"{value} {op} {name.written}" if form == 5 else f"{name.written} {op} {value}"


def _membership(writer, name):
    values = sorted({writer.literal(name) for _ in range(writer.draw(st.integers(1, 3)))})
    unlike = {Decimal(value) if name.column.kind in _NUMBERS else value: value for value in values}
    listed = f"[{', '.join(unlike.values())}]"
    if name.column.kind in _NUMBERS and name.column.unit is not None and writer.chance(3):
        listed = writer.parameter(listed, name.column.unit)
    return f"{name.written} {writer.one_of(('in', 'not in'))} {listed}"


def _comparable(one, other):
    if one.written == other.written or one.column.kind is not other.column.kind or one.column.kind is Kind.TRUTH:
        return False
    if one.column.kind is Kind.CODE:
        return one.column.codes == other.column.codes
    return one.column.unit == other.column.unit


def _condition(writer, names, depth=0):
    form = writer.draw(st.integers(0, 9))
    if depth == 3 or form < 4:
        return _atom(writer, names)
    if form == 4:
        return f"not ({_condition(writer, names, depth + 1)})"
    if form == 5 and depth:
        return writer.one_of(("always", "never"))
    word = " and " if form < 8 else " or "
    count = writer.draw(st.integers(2, 3 if depth < 2 else 2))
    return word.join(f"({_condition(writer, names, depth + 1)})" for _ in range(count))


# ------------------------------------------------------------------ the parts of a file


def _inputs(writer):
    for number in range(writer.draw(st.integers(0, 2))):
        low = writer.draw(st.sampled_from(("-50", "-0.5", "0")))
        writer.inputs[f"balance_{number}"] = {
            **({"by": writer.one_of(("centre", "country"))} if writer.chance(6) else {}),
            **({"unit": writer.one_of(("days", "km", "years"))} if writer.chance(7) else {}),
            "decimals": writer.draw(st.integers(0, 3)),
            "low": low,
            "high": writer.draw(st.sampled_from(("9", "12.25", "40000"))),
        }


def _order(writer, keyable, *, points, class_ids, lottery=True):
    names = writer.draw(st.lists(st.sampled_from(keyable), max_size=4, unique=True))
    keys = []
    for name in names:
        parts = [f"key: {name}"]
        if writer.chance(5):
            parts.append("desc: true")
        if writer.chance(5):
            parts.append(f"missing: {writer.one_of(('first', 'last'))}")
        if class_ids and writer.chance(3):
            parts.append(f"classes: [{writer.one_of(class_ids)}]")
        keys.append(f"{{{', '.join(parts)}}}")
    if points and writer.chance(8):
        keys.insert(writer.draw(st.integers(0, len(keys))), writer.one_of(("points desc", "points desc", "points")))
    if lottery and writer.chance(3):
        keys.append("lottery")
    return f"[{', '.join(keys)}]"


def _classes(writer, names, ids, *, keyable, points, mains=(), last_takes_all=True):
    lines = []
    after = sorted(writer.draw(st.integers(0, len(mains) - 1)) for _ in ids) if mains else ()
    for place, id_ in enumerate(ids):
        when = "always" if last_takes_all and place == len(ids) - 1 else _condition(writer, names)
        parts = [f"id: {id_}", f"when: '{when}'", "say: so", "cite: core 1"]
        if mains:
            parts.append(f"after: {mains[after[place]]}")
        if writer.chance(3):
            parts.append(f"order: {_order(writer, keyable, points=points, class_ids=())}")
        lines.append(f"{{{', '.join(parts)}}}")
    return f"[{', '.join(lines)}]"


def _sequence(writer, letter, names, *, keyable, points):
    mains = [f"{letter}-{number}" for number in range(writer.draw(st.integers(1, 4)))]
    takes_all = writer.chance(6)
    blocks = [f"classes: {_classes(writer, names, mains, keyable=keyable, points=points, last_takes_all=takes_all)}"]
    ids = [*mains]
    if writer.chance(3):
        seconds = [f"{letter}-second-{number}" for number in range(writer.draw(st.integers(1, 2)))]
        kind = writer.one_of(("both_kidneys", "split_liver", "hepatic_support"))
        written = _classes(
            writer, names, seconds, keyable=keyable, points=points, mains=mains, last_takes_all=takes_all
        )
        blocks.append(f"second_listings: [{{offer_kind: {kind}, classes: {written}}}]")
        ids += seconds
    if not takes_all:
        blocks.append("otherwise: not ranked")
    return blocks, ids


def _knots(writer, name, *, share):
    low, high = (0, 10**6) if share else bounds(name.column)
    decimals = 6 if share else name.column.decimals
    places = writer.draw(st.lists(st.integers(low, high), min_size=2, max_size=4, unique=True))
    if not share:
        writer.landmarks.setdefault(name.written, set()).update(places)
    values = st.sampled_from(("0", "1", "-2", "0.08", "0.333", "100", "6.715"))
    pairs = (f"[{format(Decimal(x).scaleb(-decimals), 'f')}, {writer.draw(values)}]" for x in sorted(places))
    return f"[{', '.join(pairs)}]"


def _term(writer, number, names, numeric):
    parts = [f"id: term-{number}", "cite: core 1"]
    weight = writer.one_of(("1", "-1", "2.5", "0.0001", "33.333333"))
    relative = False
    needs_missing = False
    if writer.chance(2):
        parts.append(f"value: {weight}")
    else:
        name = writer.one_of(numeric)
        relative = writer.chance(writer.relative_of_ten)
        needs_missing = True
        parts += [f"of: {name.written}", f"weight: {weight}", *(["relative_to: class"] if relative else [])]
        shape = writer.draw(st.integers(0, 2))
        if shape:
            parts.append(f"{('', 'curve', 'steps')[shape]}: {_knots(writer, name, share=relative)}")
    factors = [other.written for other in numeric if bounds(other.column)[1] < 10**5]
    if factors and writer.chance(3):
        parts.append(f"times: [{', '.join(writer.draw(st.lists(st.sampled_from(factors), min_size=1, max_size=2)))}]")
        needs_missing = True
    if needs_missing:
        parts.append(f"missing: {writer.one_of(('0', '3', '-1.5', '0.00000000055'))}")
    if writer.chance(4):
        parts.append(f"when: '{_condition(writer, names)}'")
    return f"{{{', '.join(parts)}}}"


def _points(writer, names, numeric):
    rounding = writer.one_of(("total half up", "per term"))
    terms = ", ".join(_term(writer, number, names, numeric) for number in range(writer.draw(st.integers(1, 4))))
    return f"{{decimals: {writer.draw(st.integers(0, 6))}, rounding: {rounding}, terms: [{terms}]}}"


def _input_names(writer):
    found = []
    for name, said in writer.inputs.items():
        decimals = said["decimals"]
        kind = Kind.WHOLE if decimals == 0 else Kind.DECIMAL
        low, high = Decimal(said["low"]), Decimal(said["high"])
        column = Column(Table.FACTOR, name, kind, "a number", "core", said.get("unit"), low, high, decimals)
        found.append(Name(f"input.{name}", column, "by" in said))
    return tuple(found)


@st.composite
def policies(draw, *, contest=False):
    """Return a policy as the loader reads it from a file, with inputs and a seed for its runs.

    In a `contest` almost everyone whose values are known is ranked, by points first. The loader's search for
    classes that nobody can reach is left out: such a class is no trouble for an evaluator.
    """
    organ = draw(st.sampled_from(ORGANS))
    writer = _Writer(draw, {}, {}, {}, 6 if contest else 2)
    _inputs(writer)
    of_inputs = _input_names(writer)
    of_donor = donor_names(organ) + tuple(name for name in of_inputs if not name.of_candidate)
    of_candidates = candidate_names(organ) + tuple(name for name in of_inputs if name.of_candidate)
    # A few names are enough for a policy; the fewer there are, the more often rules meet.
    few = tuple(draw(st.lists(st.sampled_from(of_candidates), min_size=2, max_size=7, unique=True)))
    few += tuple(draw(st.lists(st.sampled_from(of_donor), max_size=3, unique=True)))
    few += tuple(name for name in of_inputs if name not in few)
    numeric = tuple(name for name in few if name.column.kind in _NUMBERS)
    keyable = tuple(name.written for name in few if name.of_candidate and name.column.kind is not Kind.CODE)
    points = _points(writer, few, numeric) if numeric and (contest or writer.chance(7)) else None
    parts = _contest if contest else _parts
    screens, sequences, order = parts(writer, few, keyable or ("active",), points=points is not None, of_donor=of_donor)
    text = _file(writer, organ, screens=screens, sequences=sequences, points=points, order=order)
    with patch("bequest.policy.load.check_reach"):
        try:
            policy = load_policy(text, label="generated.yaml", sources=SOURCES)
        except PolicyError as large:
            assume("64-bit" not in str(large))
            raise
    inputs = {name: _given(writer, said) for name, said in writer.inputs.items()}
    landmarks = {name: tuple(sorted(values)) for name, values in writer.landmarks.items()}
    return Drawn(policy, inputs, draw(st.sampled_from(("00ff", "beac04"))), landmarks, text)


def _parts(writer, names, keyable, *, points, of_donor):
    """Return screens, sequences and order of any policy."""
    screens = [_screen(writer, names) for _ in range(writer.one_of((0, 0, 1, 1, 2, 3)))]
    letters = "ABC"[: writer.one_of((1, 1, 2, 3))]
    sequences, ids = [], []
    for letter in letters:
        blocks, own = _sequence(writer, letter.lower(), names, keyable=keyable, points=points)
        when = "always" if letter == letters[-1] else _condition(writer, of_donor, 2)
        sequences.append(f"{{id: {letter}, when: '{when}', {', '.join(blocks)}}}")
        ids += own
    return screens, sequences, _order(writer, keyable, points=points, class_ids=tuple(ids))


def _contest(writer, names, keyable, *, points, of_donor):
    """Return screens, sequences and order of a policy that keeps out hardly anyone but for missing values."""
    screens = [_known(writer.one_of(names)) for _ in range(writer.one_of((1, 1, 2)))]
    ids = [f"a-{number}" for number in range(writer.one_of((1, 1, 2)))]
    classes = _classes(writer, names, ids, keyable=keyable, points=points)
    order = _order(writer, keyable, points=False, class_ids=()).removeprefix("[")
    direction = writer.one_of(("points desc", "points desc", "points"))
    order = f"[{direction}, {order}" if points and order != "]" else f"[{direction}]" if points else f"[{order}"
    return screens, [f"{{id: A, when: always, classes: {classes}}}"], order


def _screen(writer, names):
    return _known(writer.one_of(names)) if writer.chance(4) else _condition(writer, names)


def _known(name):
    """Return a condition that every known value fulfils."""
    if name.column.kind is Kind.TRUTH:
        return f"{name.written} or not {name.written}"
    if name.column.kind is Kind.CODE:
        return f"{name.written} in [{', '.join(f'{chr(34)}{code}{chr(34)}' for code in name.column.codes)}]"
    return f"{name.written} >= {format(name.column.low, 'f')}"


def _file(writer, organ, *, screens, sequences, points, order):
    listed = ", ".join(
        f"{{id: screen-{number}, when: '{when}', say: so, cite: core 1}}" for number, when in enumerate(screens)
    )
    inputs = ", ".join(
        f"{name}: {{{', '.join(f'{key}: {value}' for key, value in said.items())}, why: so, cite: core 1}}"
        for name, said in writer.inputs.items()
    )
    parameters = ", ".join(
        f"{name}: {{value: {value}, unit: '{unit}', why: so, cite: core 1}}"
        for name, (value, unit) in writer.parameters.items()
    )
    blocks = {
        "policy": f"core/{organ.value}",
        "organ": organ.value,
        "title": "Generated",
        "edition": "core-2026-1",
        "effective": "2026-01-01",
        "status": "own",
        "parameters": f"{{{parameters}}}",
        "inputs": f"{{{inputs}}}",
        "screens": f"[{listed}]",
        "sequences": f"[{', '.join(sequences)}]",
        **({"points": points} if points is not None else {}),
        "order": order,
    }
    return "".join(f"{key}: {value}\n" for key, value in blocks.items())


def _given(writer, said):
    low, high = Decimal(said["low"]), Decimal(said["high"])
    values = st.one_of(st.just(low), st.just(high), st.decimals(low, high, places=4))
    if "by" not in said:
        return writer.draw(values)
    keys = CENTRES[:3] if said["by"] == "centre" else ("ZZ",)
    return writer.draw(st.dictionaries(st.sampled_from(keys), values))


# ------------------------------------------------------------------ donors and pools


@st.composite
def donors(draw, drawn):
    """Return a lawful donor whose facts lie where the policy's rules change; one in five is missing."""
    organ = drawn.policy.organ
    facts = lawful_facts(organ)
    for name in donor_names(organ):
        entry = name.column
        if entry.name in _GOVERNED or (not entry.required and draw(st.integers(0, 4)) == 0):
            continue
        low, high = bounds(entry)
        whole = min(max(draw(st.sampled_from([low, high, *_near(drawn, name)])), low), high)
        facts[entry.name] = (
            bool(whole) if entry.kind is Kind.TRUTH
            else entry.codes[whole] if entry.kind is Kind.CODE
            else Decimal(whole).scaleb(-entry.decimals)
        )  # fmt: skip
    return donor_from_facts(facts, place="generated donor")


def lawful_facts(organ):
    """Return the facts without which nobody is a donor, of a synthetic one."""
    before = AT - timedelta(hours=6)
    return {
        "donor": "D-1", "kind": "deceased", "synthetic": True, "country": "ZZ", "hospital": "HOSPITAL",
        "identity_established": True, "consented_organs": organ.value, "consent_basis": "registered_yes",
        "consent_recorded_at": before, "objection_found": False, "custody_result": "clear",
        "custody_checked_at": before, "death_criteria": "neurological", "death_declared_at": before,
        "blood_group": "O", "age_years": 40,
    }  # fmt: skip


@st.composite
def frames(draw, drawn, *, most_rows=40):
    """Return a pool with every factor given; values tie often, lie at landmarks and bounds, or are missing."""
    rows = draw(st.one_of(st.integers(0, most_rows), st.integers(most_rows // 2, most_rows)))
    # One seed for the cells: a table of single draws would be slow. Hypothesis prints and shrinks it.
    return frame_of(drawn, rows=rows, rng=np.random.default_rng(draw(st.integers(0, 2**32 - 1))))


def frame_of(drawn, *, rows, rng):
    """Return a pool of so many rows, drawn from a generator."""
    organ = drawn.policy.organ
    given = {name.written: _cells(name, drawn, rows=rows, rng=rng) for name in candidate_names(organ)}
    given["active"] = rng.choice([0, 1, 1, 1, 1, 1, 1, 1], rows)
    names = [f"R-{number:05d}" for number in rng.permutation(10 * rows + 1)[:rows]]
    return Frame(organ, _registrations(names, rng), given)


def _registrations(names, rng):
    """Return what every registration has; a person may be listed twice."""
    people = rng.integers(0, max(len(names), 1), len(names))
    return {
        "registration": names,
        "candidate": [f"C-{person}" for person in people],
        "synthetic": [True] * len(names),
        "country": ["ZZ"] * len(names),
        "centre": list(rng.choice(CENTRES[:3], len(names))),
        "status": ["active"] * len(names),
        "listed_on": ["2026-01-01"] * len(names),
        "consent_to_listing_on": ["2026-01-01"] * len(names),
    }


def likely_values(name, drawn, rng):
    """Return the integers of a name that are worth trying: bounds, landmarks and their neighbours, two others."""
    low, high = bounds(name.column)
    return np.unique(np.clip([low, high, *_near(drawn, name), *rng.integers(low, high + 1, 2)], low, high))


def _cells(name, drawn, *, rows, rng):
    cells = rng.choice(likely_values(name, drawn, rng), rows)
    return np.where(rng.random(rows) < rng.choice([0.0, 0.1, 0.5]), MISSING, cells).astype(np.int64)


def _near(drawn, name):
    return [near for mark in drawn.landmarks.get(name.written, ()) for near in (mark - 1, mark, mark + 1)]


def centres():
    """Return four places without coordinates: what distances there are is given."""
    nowhere = np.full(len(CENTRES), np.nan)
    return {
        "centre": list(CENTRES), "country": ["ZZ"] * len(CENTRES), "latitude_deg": nowhere, "longitude_deg": nowhere,
    }  # fmt: skip
