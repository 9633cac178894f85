from __future__ import annotations

import io
import sys

import pytest
import typer

from bequest.cli.errors import ReaderGoneError, exit_code, silence
from bequest.model.errors import InputError, PolicyError, RefusedError


def raising(error: BaseException):
    def work() -> object:
        raise error

    return work


def test_a_verb_that_says_nothing_is_done():
    assert exit_code(lambda: None, called="match") == 0


def test_a_verb_may_end_with_a_code_of_its_own():
    assert exit_code(lambda: 3, called="verify") == 3


@pytest.mark.parametrize("kind", [InputError, RefusedError, PolicyError])
def test_each_mistake_of_the_input_is_one_line(capsys, kind):
    assert exit_code(raising(kind("first.", "second.")), called="match") == 2
    assert capsys.readouterr() == ("", "bequest: first.\nbequest: second.\n")


def test_a_usage_error_names_the_help_of_its_verb(capsys):
    assert exit_code(raising(typer.BadParameter("no\n such  value")), called="policy list") == 2
    told = "bequest: Invalid value: no such value\nbequest: `bequest policy list --help` shows how it is written.\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--top", "-1"], "Invalid value for '--top': give a whole number, 0 or more."),
        (["--top", "many"], "Invalid value for '--top': this is no whole number."),
        (["--top", "9" * 5000], "Invalid value for '--top': this is no whole number."),
        (["folder"], "'folder' is one word too many."),
    ],
)
def test_a_wrong_word_is_told_without_words_about_programs(ask, match_words, words, told):
    assert ask("match", *match_words, *words).err.startswith(f"bequest: {told}\n")


def test_a_usage_error_outside_the_verbs_names_the_help_of_all(capsys):
    exit_code(raising(typer.BadParameter("no")), called="")
    assert "`bequest --help` shows" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), typer.Abort()])
def test_the_keyboard_stops_a_verb_with_one_sentence(capsys, error):
    assert exit_code(raising(error), called="match") == 130
    assert capsys.readouterr().err == "bequest: stopped; what was not finished was not written.\n"


def test_the_keyboard_stops_a_verb_inside_typer_too(capsys):
    assert exit_code(lambda: 130, called="match") == 130
    assert "stopped" in capsys.readouterr().err


def test_a_reader_who_has_seen_enough_is_told_nothing(capsys):
    assert exit_code(raising(ReaderGoneError()), called="match") == 141
    assert capsys.readouterr() == ("", "")


def test_a_reader_who_has_seen_enough_of_a_help_page_is_told_nothing(capsys):
    assert exit_code(raising(SystemExit(1)), called="match") == 141
    assert capsys.readouterr() == ("", "")


def test_a_file_that_cannot_be_read_is_a_sentence_with_its_name(capsys):
    assert exit_code(raising(PermissionError(13, "Permission denied", "list.csv")), called="match") == 2
    assert capsys.readouterr().err == "bequest: list.csv: Permission denied; check the path and its permissions.\n"


def test_an_error_of_the_system_without_a_name_is_a_sentence_too(capsys):
    exit_code(raising(OSError("no room")), called="match")
    assert capsys.readouterr().err == "bequest: no room; check the path and its permissions.\n"


def test_our_own_mistake_stays_a_traceback():
    with pytest.raises(AssertionError, match="ours"):
        exit_code(raising(AssertionError("ours")), called="match")


def test_the_exit_code_tells_even_where_nobody_reads_the_errors(monkeypatch):
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(sys, "stderr", Closed())
    assert exit_code(raising(InputError("wrong.")), called="match") == 2


def test_a_stream_without_a_file_is_silent_already():
    silence(io.StringIO())


def test_a_broken_stream_is_sent_to_nowhere(tmp_path):
    file = (tmp_path / "stream").open("w", encoding="utf-8")
    silence(file)
    file.write("lost")
    file.close()
    assert (tmp_path / "stream").read_text(encoding="utf-8") == ""


def test_a_closed_output_is_told(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", None)
    assert exit_code(lambda: 0, called="match") == 2
    assert capsys.readouterr().err == "bequest: standard output is closed; open it, or send it to a file.\n"


def test_a_closed_error_stream_changes_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    assert exit_code(raising(InputError("first.")), called="match") == 2
    sys.stderr.close()
