from __future__ import annotations

from bequest.cli.ranked_table import ranked_lines

MANY = "Anna: {urgency: 1, waiting_days: 30}, Ben: {urgency: 2}, Cleo: {urgency: 2, waiting_days: 2000}"


def texts(lines) -> list[str]:
    return [line.text for line in lines]


def test_the_words_of_a_class_stand_over_its_candidates(rank):
    lines = texts(ranked_lines(rank(MANY), top=20, width=None))
    first = lines.index("immediate-near: level 1, life immediately threatened, heart expected within 4 hours")
    assert "R-Anna" in lines[first + 1]
    assert lines[first + 2].startswith("urgent-near: level 2")
    assert "R-Cleo" in lines[first + 3]
    assert "R-Ben" in lines[first + 4]


def test_the_values_that_decide_are_shown_under_their_names(rank):
    lines = texts(ranked_lines(rank(MANY), top=20, width=None))
    assert "urgency" in " ".join(lines)
    assert "preservation" in " ".join(lines)
    assert "2000" in next(line for line in lines if "R-Cleo" in line)


def test_only_the_first_ones_are_shown(rank):
    lines = texts(ranked_lines(rank(MANY), top=2, width=None))
    assert lines[0] == "Ranked: 3, the first 2:"
    assert not any("R-Ben" in line for line in lines)


def test_nobody_is_shown_where_none_is_asked_for(rank):
    assert texts(ranked_lines(rank(MANY), top=0, width=None)) == ["Ranked: 3."]


def test_an_empty_ranking_says_so(rank):
    assert texts(ranked_lines(rank("Anna: {status: suspended}"), top=20, width=None)) == ["Ranked: nobody."]


def test_points_are_shown_where_the_policy_gives_points(rank):
    facts = "hla: A1 A2 B8 B44 DR4 DR17, cpra_percent: 30, dialysis_since_on: 2024-01-01"
    run = rank(f"Anna: {{{facts}}}", policy="core/kidney")
    lines = texts(ranked_lines(run, top=20, width=None))
    assert "points" in " ".join(lines)
    assert run.ranked()[0].points in lines[-1]


def test_a_narrow_terminal_is_shown_fewer_values_and_whole_identifiers(rank):
    lines = texts(ranked_lines(rank(MANY), top=20, width=40))
    row = next(line for line in lines if "R-Cleo" in line)
    assert len(row) <= 40
    assert "CENTRE" in row
