"""Holds how a demo night is told, who signs in how, and that nothing is taken for refused that was not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bequest.cli import night_papers
from bequest.cli.http_client import Reply
from bequest.cli.night import COORDINATOR, DUTY, Stage
from bequest.cli.night_clock import BEGINS, MachineClock, PlayedClock
from bequest.cli.night_desk import Answer, Person
from bequest.cli.night_page import Page, why
from bequest.cli.night_sign_in import check_invented, passwords
from bequest.model.errors import InputError
from bequest.registry.organs import GATED

REFUSAL = Answer(409, {
    "leaf": 7, "rule": "DON-11", "detail": "all of it",
    "reasons": [
        {"rule": "DON-11", "verdict": "blocked", "sentence": "A prisoner."},
        {"rule": "DON-12", "verdict": "held", "sentence": "Not known."},
        {"rule": "DON-13", "verdict": "held", "sentence": "Not known."},
        {"rule": "DON-05", "verdict": "flagged", "sentence": "Look at this."},
    ],
})  # fmt: skip


class Office:
    """Answer every request alike, and keep what was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, []

    def post(self, who: Person, path: str, body: object = None) -> Answer:
        self.asked.append((who.account, path, body))
        return self.answer

    get = post


def stage(answer: Answer) -> Stage:
    people = lambda centre: Person(centre, centre)  # noqa: E731  a test's own
    return Stage(Office(answer), Page(None), PlayedClock(BEGINS), people, lambda: 0, {"blood_group": "O"}, "H-1")


def test_a_step_is_told_with_its_time_its_leaf_and_who_does_what(capsys):
    stage(Answer(201, {"leaf": 7})).does(COORDINATOR, "reports a possible donor.", "/donors")
    assert capsys.readouterr().out == "18:02  leaf 7      The donor coordinator reports a possible donor.\n"


def test_a_refusal_is_told_by_a_word_with_what_shuts_the_gate_and_not_what_is_only_flagged(capsys):
    stage(REFUSAL).is_refused(DUTY, "wants it.", "/x")
    assert capsys.readouterr().out == (
        "18:02  leaf 7      REFUSED: The duty desk wants it.\n"
        "                   Why: A prisoner. [DON-11]\n"
        "                   Why: Not known. [DON-12]\n"
    )


def test_many_reasons_are_counted_and_the_first_three_told(capsys):
    reasons = [{"rule": "DON-01", "verdict": "held", "sentence": f"Sentence {number}."} for number in range(9)]
    stage(Answer(409, {"leaf": 7, "reasons": reasons})).is_refused(DUTY, "wants it.", "/x")
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "                   Why: Sentence 2. [DON-01]",
        "                   Why: and 6 more reasons, all of them in the answer.",
    ]


def test_a_refusal_without_a_leaf_says_so(capsys):
    stage(Answer(422, {"detail": "Two people read it."})).is_refused(DUTY, "reads alone.", "/x")
    assert capsys.readouterr().out.startswith("18:02  no leaf     REFUSED: ")


def test_a_reason_is_told_without_what_machines_need():
    problem = {"rule": "DON-05", "detail": "DON-05 blocked (critical): Somebody certifies. Source: x."}
    assert why(problem) == ["Somebody certifies. Source: x. [DON-05]"]


def test_what_must_be_refused_and_is_taken_ends_the_night():
    with pytest.raises(InputError, match="must refuse this and answered 201"):
        stage(Answer(201, {"leaf": 1})).is_refused(DUTY, "skips.", "/x")


def test_a_server_that_fails_has_refused_nothing():
    with pytest.raises(InputError, match="answered 503"):
        stage(Answer(503, {})).is_refused(DUTY, "skips.", "/x")


def test_what_must_be_taken_and_is_refused_ends_the_night_with_the_answer():
    with pytest.raises(InputError, match="answered 409: all of it"):
        stage(REFUSAL).does(DUTY, "offers.", "/x")


def test_a_narrow_page_keeps_every_line_within_its_width(capsys):
    page = Page(44)
    page.step(BEGINS, 7, "The donor coordinator reports a possible donor, on a ventilator after a stroke.")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "18:00  leaf 7"
    assert max(map(len, lines)) <= 44


def test_only_a_played_clock_is_moved():
    played, machine = PlayedClock(BEGINS), MachineClock()
    played.let_pass(timedelta(hours=1))
    before = machine()
    machine.let_pass(timedelta(days=9))
    assert played() - BEGINS == timedelta(hours=1)
    assert machine() - before < timedelta(days=1)


def test_nobody_sends_what_the_office_takes_from_its_own_records():
    assert night_papers.RECORDED == GATED


def test_names_and_passwords_are_read_from_the_file_of_a_demo_office():
    assert passwords("  allocator   pw-1\n  nurse  pw-2   H-1\n\n") == {"allocator": "pw-1", "nurse": "pw-2"}


@pytest.mark.parametrize("body", [b'{"synthetic": false}', b"{}", b"[]", b"<html>"])
def test_a_night_is_played_among_invented_people_only(body, monkeypatch):
    monkeypatch.setattr("bequest.cli.night_sign_in.ask", lambda *_, **__: Reply(200, body))
    with pytest.raises(InputError, match="invented people only"):
        check_invented("http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--url", "http://127.0.0.1:1"), "needs --accounts"),
        (("--accounts", "x"), "belongs to --url"),
        (("--url", "http://127.0.0.1:1", "--accounts", "x", "--out", "y"), "leave them out"),
        (("--url", "http://office.example", "--accounts", "x"), "neither https nor this machine"),
    ],
)
def test_options_that_do_not_go_together_are_told(ask, words, said):
    answer = ask("demo", "night", *words)
    assert answer.code == 2
    assert said in answer.err


def test_a_folder_with_something_in_it_is_left_alone(ask, tmp_path):
    (tmp_path / "mine").write_text("mine")
    answer = ask("demo", "night", "--out", str(tmp_path))
    assert answer.code == 2
    assert "name a new or empty folder" in answer.err


def test_what_is_indented_stays_so_where_it_folds(capsys):
    Page(44).says("  849 centres and hospitals, each authorised for what it does")
    assert capsys.readouterr().out.splitlines() == [
        "  849 centres and hospitals, each authorised",
        "  for what it does",
    ]
