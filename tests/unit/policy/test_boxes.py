from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.model.column import Column, Kind, Table
from bequest.policy.boxes import Question, Verdict, answer, boxes, grid_of
from bequest.policy.expression import Compare, Literal, Not, Op, Reference, Space
from bequest.policy.parse import parse
from unit.policy.policy_text import names


def cells(text):
    """Return the values that stand for the cells of the first dimension of a condition."""
    grid = grid_of([parse(text, names())])
    return [next(iter(cell.values())) for cell in grid.cells[0]]


def test_a_number_is_cut_where_a_condition_changes_and_may_be_missing():
    assert cells("urgency < 3") == [Decimal(1), Decimal(3), Decimal(4), None]


def test_a_limit_finer_than_the_column_cuts_between_two_of_its_steps():
    assert cells("travel_hours <= 2.005") == [Decimal(0), Decimal("2.01"), None]


def test_a_code_has_a_cell_for_each_code_and_a_required_column_is_never_missing():
    assert cells("crossmatch == 'positive'") == ["negative", "positive", None]
    assert cells("blood_group == 'O'") == ["O", "A", "A1", "A2", "B", "AB", "A1B", "A2B"]


def test_a_yes_no_column_has_three_cells():
    assert cells("same_region") == [True, False, None]


def test_two_columns_are_equal_less_more_or_missing():
    assert cells("waiting_days < urgency_days") == [Decimal(0), Decimal(0), Decimal(1), None]
    assert cells("blood_group == donor.blood_group") == [Decimal(0), Decimal(0), Decimal(1)]


def endless(op, value):
    column = Column(Table.FACTOR, "endless", Kind.WHOLE, "", "")
    return Compare(Reference(Space.CANDIDATE, "endless", column), op, Literal(Decimal(value)))


def test_a_column_without_bounds_has_cells_beyond_its_limits():
    grid = grid_of([endless(Op.LT, 3)])
    assert [next(iter(cell.values())) for cell in grid.cells[0]] == [Decimal(2), Decimal(3), Decimal(4), None]


def test_a_condition_is_true_in_the_boxes_of_its_cells():
    grid = grid_of([parse("urgency < 3 or same_region", names())])
    assert boxes(grid, parse("urgency < 3", names())) == ({0: 0b0001},)
    assert boxes(grid, parse("not urgency < 3", names())) == ({0: 0b0110},)
    assert boxes(grid, parse("always", names())) == ({},)
    assert boxes(grid, parse("urgency < 3 and not urgency < 3", names())) == ()


@pytest.mark.parametrize(
    ("text", "true", "false"),
    [
        ("urgency < 3", 0b00011, 0b01100),
        ("urgency <= 3", 0b00111, 0b01000),
        ("urgency > 3", 0b01000, 0b00111),
        ("urgency >= 3", 0b01100, 0b00011),
        ("urgency == 3", 0b00100, 0b01011),
        ("urgency != 3", 0b01011, 0b00100),
        ("urgency in [2, 3]", 0b00110, 0b01001),
    ],
)
def test_a_number_is_judged_on_every_band(text, true, false):
    condition = parse(text, names())
    grid = grid_of([parse("urgency in [2, 3]", names()), condition])
    assert [next(iter(cell.values())) for cell in grid.cells[0]] == [1, 2, 3, 4, None]
    assert boxes(grid, condition) == ({0: true},)
    assert boxes(grid, Not(condition)) == ({0: false},)


def test_nothing_asked_is_reached_and_a_demand_without_boxes_is_not():
    grid = grid_of([])
    assert answer(grid, Question((), ()), max_steps=9) is Verdict.REACHED
    assert answer(grid, Question(((),), ()), max_steps=9) is Verdict.NEVER
    assert answer(grid, Question((), ({},)), max_steps=9) is Verdict.NEVER


def test_the_question_is_decided_when_the_last_step_empties_the_stack():
    assert answer(grid_of([]), Question(((),), ()), max_steps=1) is Verdict.NEVER
    assert answer(grid_of([]), Question((), ()), max_steps=0) is Verdict.UNDECIDED
