"""Words reach an inquiry past the office: sealed by whoever writes, opened by whoever holds the key."""

import base64
import json
import stat
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bequest.cli.main import main
from bequest.ledger.sealed_report import MARK

WORDS = "On Tuesday the second sample was never drawn; I saw both labels being written by one hand.\n"


@pytest.fixture
def keys(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text(WORDS)
    assert main(["report", "key", "--private", "inquiry.key", "--public", "inquiry.pem"]) == 0
    return capsys.readouterr().out.strip()


def seal():
    return main(["report", "seal", "words.txt", "--to", "inquiry.pem", "--out", "words.report"])


def opened(report="words.report", key="inquiry.key"):
    return main(["report", "open", report, "--key", key])


def test_whoever_holds_the_key_reads_the_words_and_the_private_part_is_for_its_owner_alone(keys, tmp_path, capsys):
    assert seal() == 0
    assert opened() == 0
    assert capsys.readouterr().out == WORDS
    assert stat.S_IMODE((tmp_path / "inquiry.key").stat().st_mode) == 0o600
    report = (tmp_path / "words.report").read_bytes()
    assert report.startswith(MARK + bytes.fromhex(keys))
    assert b"second sample" not in report


def test_the_same_words_are_never_sealed_to_the_same_bytes(keys, tmp_path):
    assert seal() == 0
    first = (tmp_path / "words.report").read_bytes()
    assert seal() == 0
    second = (tmp_path / "words.report").read_bytes()
    assert first != second
    assert len(first) == len(second)


def test_another_key_opens_nothing_and_an_altered_report_is_told(keys, tmp_path, capsys):
    assert seal() == 0
    assert main(["report", "key", "--private", "other.key", "--public", "other.pem"]) == 0
    assert opened(key="other.key") == 2
    assert "sealed to another inquiry key" in capsys.readouterr().err
    report = bytearray((tmp_path / "words.report").read_bytes())
    report[-1] ^= 1
    (tmp_path / "words.report").write_bytes(report)
    assert opened() == 2
    assert "was altered after it was sealed" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "said"), [
    (("seal", "words.txt", "--to", "words.txt", "--out", "r"), "no public inquiry key"),
    (("seal", "words.txt", "--to", "inquiry.key", "--out", "r"), "no public inquiry key"),
    (("seal", "empty.txt", "--to", "inquiry.pem", "--out", "r"), "A report has 1 to"),
    (("open", "words.txt", "--key", "inquiry.key"), "no sealed report"),
    (("open", "nowhere", "--key", "inquiry.key"), "cannot be read"),
    (("open", "words.txt", "--key", "inquiry.pem"), "inquiry.pem"),
    (("send", "words.txt", "--url", "https://office.example"), "no sealed report"),
    (("key", "--private", "inquiry.key", "--public", "new.pem"), "name a new file"),
])  # fmt: skip
def test_a_wrong_file_is_told_in_a_sentence(keys, tmp_path, capsys, words, said):
    (tmp_path / "empty.txt").write_text("")
    assert main(["report", *words]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


@contextmanager
def an_office(answers):
    """Give the address of an office that answers each request with the next of some answers."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer()

        def do_GET(self):
            asked.append((self.path, None))
            self.answer()

        def answer(self):
            status, content = answers.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content if isinstance(content, bytes) else json.dumps(content).encode())

        def log_message(self, *_):
            """Write nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_a_report_is_sent_as_it_is_and_its_leaf_is_told(keys, tmp_path, capsys):
    assert seal() == 0
    with an_office([(201, {"leaf": 7, "event": "e"})]) as (url, asked):
        assert main(["report", "send", "words.report", "--url", url]) == 0
    assert capsys.readouterr().out == "leaf 7\n"
    ((path, sent),) = asked
    assert path == "/api/v1/sealed-reports"
    assert base64.b64decode(json.loads(sent)["report"]) == (tmp_path / "words.report").read_bytes()


@pytest.mark.parametrize(("answer", "said"), [
    ((404, {"detail": "This office names no inquiry key."}), "names no inquiry key"),
    ((500, b"<html>"), "not as Bequest does"),
])  # fmt: skip
def test_an_office_that_does_not_take_a_report_is_told(keys, capsys, answer, said):
    assert seal() == 0
    with an_office([answer]) as (url, _):
        assert main(["report", "send", "words.report", "--url", url]) == 2
    assert said in capsys.readouterr().err


def test_reports_are_fetched_page_by_page_and_opened(keys, tmp_path, capsys):
    assert seal() == 0
    report = base64.b64encode((tmp_path / "words.report").read_bytes()).decode()
    pages = [
        (200, {"reports": [{"leaf": 9, "report": report}], "next": "OQ"}),
        (200, {"reports": [{"leaf": 4, "report": report}], "next": None}),
    ]
    with an_office(pages) as (url, asked):
        assert main(["report", "fetch", "--url", url, "--out", "fetched"]) == 0
    assert capsys.readouterr().out == "fetched: 2 sealed reports.\n"
    assert [path for path, _ in asked] == [
        "/api/v1/sealed-reports?limit=10",
        "/api/v1/sealed-reports?limit=10&cursor=OQ",
    ]
    assert sorted(path.name for path in (tmp_path / "fetched").iterdir()) == ["leaf-4.report", "leaf-9.report"]
    assert opened("fetched/leaf-4.report") == 0
    assert capsys.readouterr().out == WORDS
