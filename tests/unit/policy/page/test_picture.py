from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

from bequest.policy.page.picture import curve_picture, step_picture


def knots(*pairs):
    return tuple((Decimal(x), Decimal(y)) for x, y in pairs)


def corners(picture):
    """Return the places of the curve on the picture."""
    (line,) = (each for each in picture if each.get("class") == "curve")
    return [tuple(map(float, place.split(","))) for place in line.get("points").split()]


def texts(picture):
    return [each.text for each in picture if each.tag == "text"]


def test_a_curve_is_flat_outside_its_corners_and_rises_between_them():
    (before, first, last, after) = corners(curve_picture(knots((0, 0), (10, 5)), across="days"))
    assert before[1] == first[1] > last[1] == after[1]
    assert before[0] < first[0] < last[0] < after[0]


def test_bands_go_up_at_their_edges_and_begin_at_nought():
    places = corners(step_picture(knots((20, 1), (30, 2)), across="%"))
    heights = [height for _, height in places]
    assert heights == [156.0, 156.0, 85.0, 85.0, 14.0, 14.0]
    assert places[1][0] == places[2][0]


def test_the_marks_name_the_ends_and_what_is_counted():
    assert texts(curve_picture(knots((0, "-1.5"), (10, 5)), across="days")) == ["5", "-1.5", "0", "10", "days"]


def test_points_below_nought_lie_below_the_axis():
    picture = curve_picture(knots((0, -2), (10, 2)), across="days")
    ground = next(each for each in picture if each.get("class") == "axis").get("points").split()[0]
    assert float(ground.split(",")[1]) == 85.0


def test_one_corner_alone_and_a_curve_of_noughts_can_be_drawn():
    assert len(corners(curve_picture(knots((0, 0)), across="days"))) == 3
    assert len(corners(step_picture(knots((5, 3)), across="days"))) == 4


def test_the_picture_is_hidden_from_readers_who_have_the_table():
    assert 'aria-hidden="true"' in ET.tostring(curve_picture(knots((0, 0)), across="days"), encoding="unicode")
