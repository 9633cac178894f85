from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys

import pytest

from bequest.cli.errors import ReaderGoneError
from bequest.cli.layout import Line
from bequest.cli.output import json_text, show, terminal_width, write, write_json
from bequest.model.errors import InputError

BEQUEST = [sys.executable, "-m", "bequest"]
SCORES, POLICIES, POLICY = ("score", "--list"), ("policy", "list"), ("policy", "show", "core/heart")


class Broken(io.StringIO):
    """Be a standard output that cannot be written to any more."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, _: str) -> int:
        raise self.error


def on_a_terminal(*words: str, **settings: str) -> str:
    """Return what a terminal of 80 columns is shown of a list."""
    upper, lower = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "80", **settings}
    environment |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    with subprocess.Popen([*BEQUEST, *words], stdout=lower, stderr=lower, env=environment) as ran:
        os.close(lower)
        shown = _all(upper)
    assert ran.returncode == 0
    return shown


def _all(descriptor: int) -> str:
    pieces: list[bytes] = []
    with open(descriptor, "rb", buffering=0) as terminal:
        while True:
            try:
                piece = terminal.read(4096)
            except OSError:  # how Linux says that nobody holds the other end any more
                piece = b""
            if not piece:
                return b"".join(pieces).decode()
            pieces.append(piece)


def test_a_pipe_is_given_the_bare_lines(capsys):
    show([Line("title", "bold"), Line("text")])
    assert capsys.readouterr().out == "title\ntext\n"


def test_a_pipe_has_no_width():
    assert terminal_width() is None


def test_no_colour_code_goes_into_a_pipe_whoever_asks_for_it():
    environment = {**os.environ, "FORCE_COLOR": "1"}
    ran = subprocess.run([*BEQUEST, *SCORES], capture_output=True, check=True, env=environment, timeout=100)
    assert b"score" in ran.stdout
    assert b"\x1b" not in ran.stdout


def test_a_terminal_is_shown_headings_by_their_style():
    assert "\x1b[1mscore" in on_a_terminal(*SCORES)


def test_a_terminal_of_80_columns_is_shown_lines_of_80():
    shown = on_a_terminal(*POLICIES, TERM="dumb")
    assert max(len(line.strip("\r")) for line in shown.split("\n")) <= 80
    assert "core/heart" in shown


def test_a_terminal_is_shown_no_colour_where_none_is_wanted():
    assert "36m" in on_a_terminal(*POLICY)
    assert "36m" not in on_a_terminal(*POLICY, NO_COLOR="1")


class Terminal(io.StringIO):
    """Be a standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_style_is_shown_on_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    show([Line("title", "bold"), Line("[text] :smile: 12", "")])
    assert sys.stdout.getvalue() == "\x1b[1mtitle\x1b[0m\n[text] :smile: 12\n"


def test_a_line_wider_than_the_terminal_is_not_cut(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "20")
    show([Line("R-" + "0" * 60)])
    assert "R-" + "0" * 60 in sys.stdout.getvalue()


def test_the_width_is_that_of_the_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "97")
    assert terminal_width() == 97


def test_a_reader_who_left_ends_the_output(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Broken(BrokenPipeError(32, "Broken pipe")))
    with pytest.raises(ReaderGoneError):
        write("text")


def test_output_that_finds_no_room_is_a_mistake_with_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Broken(OSError(28, "No space left on device")))
    with pytest.raises(InputError, match="cannot be written \\(No space left on device\\)"):
        write("text")


def test_what_an_old_encoding_lacks_is_written_as_an_escape(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    write("Zürich")
    assert stream.buffer.getvalue() == b"Z\\xfcrich"


def test_head_ends_a_verb_quietly():
    with subprocess.Popen(
        [sys.executable, "-m", "bequest", "policy", "show", "core/heart"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as ran:
        ran.stdout.close()
        told = ran.stderr.read()
        ran.wait(timeout=100)
    assert (ran.returncode, told) == (141, b"")


def test_json_has_one_line_an_entry_and_reads_back():
    content = {"donor": "D", "ranked": [{"rank": 1}, {"rank": 2}], "none": [], "words": "Zürich"}
    text = json_text(content)
    assert json.loads(text) == content
    assert '  {"rank": 1},\n  {"rank": 2}\n' in text
    assert text.isascii()


def test_json_on_standard_output_stands_alone(capsys):
    write_json({"a": 1}, "-")
    assert json.loads(capsys.readouterr().out) == {"a": 1}


def test_a_json_file_replaces_the_older_one_and_leaves_nothing_beside_it(tmp_path):
    target = tmp_path / "run.json"
    target.write_text("older", encoding="utf-8")
    write_json({"a": 1}, str(target))
    assert json.loads(target.read_text(encoding="utf-8")) == {"a": 1}
    assert list(tmp_path.iterdir()) == [target]


def test_a_json_file_is_written_through_a_link(tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "run.json")
    write_json({"a": 1}, str(link))
    assert link.is_symlink()
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8")) == {"a": 1}


def test_a_device_is_written_to_and_not_replaced():
    write_json({"a": 1}, os.devnull)
    assert os.path.exists(os.devnull)  # noqa: PTH110  a device, not a file
    assert not os.path.isfile(os.devnull)  # noqa: PTH113  the same


def test_an_empty_name_is_no_place_for_json():
    with pytest.raises(InputError, match="--json is given an empty name; give the name of a file, or -"):
        write_json({}, "")


def test_a_folder_is_no_place_for_json(tmp_path):
    with pytest.raises(InputError, match="this is a folder"):
        write_json({}, str(tmp_path))


def test_a_place_that_cannot_be_written_is_told_and_left_clean(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_json({}, str(tmp_path / "missing" / "run.json"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_on_the_way_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_json({}, str(tmp_path / "file" / "run.json"))
