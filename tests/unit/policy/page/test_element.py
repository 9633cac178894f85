from __future__ import annotations

import re

from bequest.policy.page.element import element, pairs, table, written


def test_texts_and_attributes_are_escaped():
    page = written(element("p", "a < b & ", element("b", "c"), " d", title='"e" < f', class_="note", data_label="g"))
    assert page == (
        '<!doctype html>\n<p title="&quot;e&quot; < f" class="note" data-label="g">a &lt; b &amp; <b>c</b> d</p>\n'
    )


def test_texts_that_follow_each_other_are_joined():
    assert "<p>ab<i></i>cd</p>" in written(element("p", "a", "b", element("i"), "c", "d"))


def test_a_pair_that_holds_nothing_is_left_out():
    assert "".join(pairs([("a", ["1"]), ("b", []), ("c", [""])]).itertext()) == "a1"


def test_the_first_cell_heads_its_row_and_each_cell_has_its_label():
    page = written(table("caption", ("name", "value"), [(["a"], ["1"])]))
    assert '<th scope="row" role="rowheader" data-label="name">a</th>' in page
    assert '<td role="cell" data-label="value"><div dir="auto">1</div></td>' in page


def test_a_table_keeps_its_roles_however_it_is_laid_out():
    page = written(table("caption", ("name", "value"), [(["a"], ["1"])]))
    roles = ("table", "rowgroup", "row", "columnheader", "columnheader", "rowgroup", "row", "rowheader", "cell")
    assert re.findall(r'role="([a-z]+)"', page) == list(roles)
