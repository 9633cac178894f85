"""A witness over real HTTP, in this process and in one of its own."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import socket
import stat
import struct
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bequest.ledger.keys import KeyKind, PublicKey, parse_vkey
from bequest.ledger.note import parse as parse_note
from bequest.ledger.note import signature_of, verified_by
from bequest.ledger.witness import origin_hash
from ledger_keys import ORIGIN, log_signer, signed, witness_signer
from witness_site import KEY, LOGS, NAME, add, asked, process, request, sent, serving, witness_of

TALK = json.loads(
    (Path(__file__).parents[2] / "published/data/vectors/witness_add_checkpoint_conversation.json").read_text("utf-8")
)
TALK_ORIGIN = TALK["log"]["origin"]
TALK_LOGS = {
    TALK_ORIGIN: (PublicKey(TALK_ORIGIN, KeyKind.ED25519, bytes.fromhex(TALK["log"]["ed25519_public_key_hex"])),)
}
# The recorded witness answered 403 to a log that it does not know, with its own words; the specification says 404.
TOLD = (
    (200, f"— {NAME} "), (403, "invalid signature"), (404, "unknown log"), (422, "consistency proof"),
    (422, "consistency proof"), (200, f"— {NAME} "), (409, "3\n"), (200, f"— {NAME} "), (409, "5\n"),
)  # fmt: skip
NEWEST = f"/{origin_hash(ORIGIN)}/checkpoint"
VKEY = log_signer().key.vkey()


@pytest.fixture
def port(tmp_path):
    with serving(witness_of(tmp_path / "state")) as port:
        yield port


@pytest.fixture
def folder(ask, tmp_path):
    """Return a folder with what `witness serve` needs."""
    assert ask("witness", "key", "--name", NAME, "--out", tmp_path / "key").code == 0
    (tmp_path / "logs").write_text(f"log {VKEY}\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def serve(ask, folder):
    """Return a call of `witness serve` that is expected to say no."""
    return lambda *words: ask(
        "witness", "serve", "--key", folder / "key", "--logs", folder / "logs", "--state", folder / "state", *words
    )


def status(answer):
    return int(answer.split(b" ", 2)[1])


# ------------------------------------------------------------------ the key


def test_a_key_is_made_for_its_owner_alone_and_its_public_half_is_printed(ask, tmp_path):
    answer = ask("witness", "key", "--name", NAME, "--out", tmp_path / "key")
    key = parse_vkey(answer.out.strip())
    assert (answer.code, key.name, key.kind) == (0, NAME, KeyKind.COSIGNATURE)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_key_is_never_written_over(ask, folder):
    before = (folder / "key").read_bytes()
    answer = ask("witness", "key", "--name", NAME, "--out", folder / "key")
    assert (answer.code, answer.out, (folder / "key").read_bytes()) == (2, "", before)
    assert "stands here already" in answer.err


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_that_no_key_may_have_makes_no_file(name, ask, tmp_path):
    answer = ask("witness", "key", "--name", name, "--out", tmp_path / "key")
    assert (answer.code, list(tmp_path.iterdir())) == (2, [])


def test_a_key_in_no_folder_is_told(ask, tmp_path):
    answer = ask("witness", "key", "--name", NAME, "--out", tmp_path / "none" / "key")
    assert (answer.code, len(answer.err.splitlines())) == (2, 1)


# ------------------------------------------------------------------ bad files


def test_storage_that_cannot_sync_a_folder_is_no_place_for_the_memory_of_a_witness(folder, serve, monkeypatch):
    def files_only(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", files_only)
    answer = serve("--port", "0")
    assert (answer.code, answer.out) == (2, "")
    assert f"{folder}: the storage does not sync the names in a folder" in answer.err


def test_a_key_that_others_can_read_is_refused(folder, serve):
    (folder / "key").chmod(0o640)
    answer = serve()
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert "chmod 600" in answer.err


@pytest.mark.parametrize(
    ("pattern", "put"),
    [
        (".*", ""),
        ("PRIVATE.KEY.", ""),
        (NAME, "witness.example/two"),
        ("(?s)......$", "\n"),
        (".*", "PRIVATE+KEY+a"),
        (".*", "PRIVATE+KEY+a+00000000+BAAA"),
        (".*", "x" * 5000),
    ],
    ids=["empty", "no mark", "another name", "cut", "no id", "too short", "too long"],
)
def test_a_file_that_is_no_key_is_told_in_one_sentence_that_quotes_nothing_of_it(pattern, put, folder, serve):
    text = (folder / "key").read_text(encoding="utf-8")
    (folder / "key").write_text(re.sub(pattern, put, text, count=1), encoding="utf-8")
    answer = serve()
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert text.split("+", 4)[4][:8] not in answer.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no log is named"),
        ("# nobody\n", "no log is named"),
        ("quorum none\n", "no log is named"),
        ("lgo x\n", "line 1: This is no line"),
        ("log\n", "line 1: This is no line"),
        ("\nlog x+y+z\n", "line 2: "),
        (f"log {VKEY}\nlog {VKEY}\n", "line 2: The key of log.example/zz stands twice"),
        (f"log {witness_signer().key.vkey()}\n", "is that of a witness"),
    ],
)
def test_a_bad_file_of_logs_is_told_with_the_line(text, told, folder, serve):
    (folder / "logs").write_text(text, encoding="utf-8")
    answer = serve()
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert told in answer.err


@pytest.mark.parametrize("name", ["key", "logs", "state"])
def test_a_folder_in_place_of_a_file_is_told(name, folder, serve):
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    answer = serve()
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert "no plain file" in answer.err


def test_a_state_that_is_another_file_is_refused_and_left_alone(folder, serve):
    (folder / "state").write_text("a diary, and no state of a witness", encoding="utf-8")
    answer = serve()
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert (folder / "state").read_text(encoding="utf-8").startswith("a diary")


def test_a_port_that_is_taken_is_told(port, serve):
    answer = serve("--port", port)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert f"--port {port}" in answer.err


def test_a_trust_file_serves_as_the_file_of_logs(folder):
    (folder / "logs").write_text(
        f"# whom we trust\nlog {VKEY} https://log.example/zz\nwitness one {witness_signer().key.vkey()}\nquorum one\n",
        encoding="utf-8",
    )
    with process(folder) as (_, port, _line):
        assert add(port, request(0, 3))[0] == 200


# ------------------------------------------------------------------ the conversation


def test_the_published_conversation_is_answered_step_by_step(tmp_path):
    with serving(witness_of(tmp_path / "state", logs=TALK_LOGS)) as port:
        answers = [add(port, step["request_body"].encode()) for step in TALK["steps"]]
    assert [status for status, _, _ in answers] == [status for status, _ in TOLD]
    assert all(words in body for (_, _, body), (_, words) in zip(answers, TOLD, strict=True))
    assert [kind for _, kind, _ in answers if kind == "text/x.tlog.size"] == ["text/x.tlog.size"] * 2


def test_the_newest_checkpoint_is_published_with_the_signatures_of_log_and_witness_only(port):
    stranger = log_signer(number=9, name="stranger.example")
    assert asked(port, "GET", NEWEST)[0] == 404
    add(port, request(0, 3))
    add(port, request(3, 7, signed(7, log_signer(), stranger)))
    code, kind, text = asked(port, "GET", NEWEST)
    note = parse_note(text.encode())
    assert (code, kind, note.text) == (200, "text/plain; charset=utf-8", signed(7).text)
    assert verified_by(note, [*LOGS[ORIGIN], KEY.public]) == (*LOGS[ORIGIN], KEY.public)
    assert len(note.signatures) == 2


def test_the_page_says_what_this_is_with_its_key_and_its_logs(port):
    add(port, request(0, 3))
    code, _, text = asked(port, "GET", "/")
    assert code == 200
    assert KEY.public.vkey() in text
    assert f"{ORIGIN}: 3, at {NEWEST}" in text


def test_a_log_with_two_keys_is_answered_whichever_of_them_signed(tmp_path):
    second = log_signer(number=8)
    with serving(witness_of(tmp_path / "state", logs={ORIGIN: (log_signer().key, second.key)})) as port:
        assert [add(port, request(0, 3, signed(3, second)))[0], add(port, request(3, 7))[0]] == [200, 200]


def test_two_trees_of_one_size_are_refused_and_the_keeper_is_told(tmp_path):
    told = []
    with serving(witness_of(tmp_path / "state", told=told)) as port:
        add(port, request(0, 3))
        # The log signs that three leaves have the root of four.
        other = signed(4).text.replace("\n4\n", "\n3\n")
        forked = request(3, 3, parse_note(f"{other}\n{log_note(other)}".encode()))
        assert add(port, forked)[0] == 422
    assert told == [f"{ORIGIN} signed a tree of 3 that was not shown to go on from the last one."]


def log_note(text):
    return signature_of(text, log_signer()).line()


# ------------------------------------------------------------------ memory


def test_of_two_requests_at_once_one_is_told_the_size_of_the_other_and_nothing_rolls_back(port):
    add(port, request(0, 3))
    answers = []
    together = Barrier(8)

    def ask_for(size):
        together.wait()
        answers.append((size, *add(port, request(3, size))))

    threads = [Thread(target=ask_for, args=(size,)) for size in (10, 20, 11, 21, 12, 22, 13, 23)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    (winner,) = [size for size, code, _, _ in answers if code == 200]
    assert sorted((code, body) for _, code, _, body in answers if code != 200) == [(409, f"{winner}\n")] * 7
    assert asked(port, "GET", NEWEST)[2].splitlines()[1] == str(winner)


def test_two_witnesses_on_one_state_never_answer_the_same_size_twice(tmp_path):
    with serving(witness_of(tmp_path / "state")) as one, serving(witness_of(tmp_path / "state")) as two:
        add(one, request(0, 3))
        together, answers = Barrier(2), []

        def ask_for(port, size):
            together.wait()
            answers.append(add(port, request(3, size))[0])

        threads = [Thread(target=ask_for, args=pair) for pair in ((one, 10), (two, 20))]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(answers) == [200, 409]
        assert asked(one, "GET", NEWEST) == asked(two, "GET", NEWEST)


def test_a_witness_that_is_killed_and_started_again_remembers_all_that_it_answered(folder):
    for old, new in ((0, 3), (3, 9)):
        with process(folder) as (started, port, _):
            assert add(port, request(old, new))[0] == 200
            started.kill()
            started.wait()
    with process(folder) as (_, port, line):
        assert "logs watched: 1, seen before: 1." in line
        assert add(port, request(3, 12))[::2] == (409, "9\n")
        assert asked(port, "GET", NEWEST)[2].splitlines()[1] == "9"


def test_a_witness_that_is_told_to_stop_ends_in_order_and_says_nothing_more(folder):
    with process(folder) as (started, port, line):
        assert add(port, request(0, 3))[0] == 200
        started.send_signal(signal.SIGTERM)
        out, err = started.communicate(timeout=60)
    assert (started.returncode, out, err) == (0, "", "")
    assert line.startswith(f"witness {NAME} listens on http://127.0.0.1:")


def test_a_witness_whose_clock_went_back_cosigns_nothing_until_it_is_right(tmp_path):
    seconds, told = [100, 99, 0, 100], []
    with serving(witness_of(tmp_path / "state", clock=lambda: seconds.pop(0), told=told)) as port:
        codes = [add(port, request(old, new))[0] for old, new in ((0, 3), (3, 7), (3, 7), (3, 7))]
    assert codes == [200, 503, 503, 200]
    assert told == ["the clock is behind the last cosignature; nothing is cosigned until it is set right."] * 2


def test_a_witness_that_cannot_store_does_not_answer_with_a_signature(tmp_path):
    told = []
    witness = witness_of(tmp_path / "state", told=told)
    with serving(witness) as port:
        witness.state.close()
        answers = [add(port, request(0, 3)), asked(port, "GET", NEWEST), asked(port, "GET", "/")]
    assert [(code, NAME in body) for code, _, body in answers] == [(503, False)] * 3
    assert len(told) == 1


# ------------------------------------------------------------------ whoever calls


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GET /nothing HTTP/1.1\r\n\r\n", 404),
        (b"GET /" + b"0" * 64 + b"/checkpoint HTTP/1.1\r\n\r\n", 404),
        (b"GET /\r\n\r\n", 200),
        (b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
        (b"PUT /add-checkpoint HTTP/1.1\r\n\r\n", 405),
        (b"POST /add-checkpoint HTTP/1.1\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n00", 400),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n0123456789", 400),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", 400),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 100001\r\n\r\n" + b"x" * 100_001, 413),
        (b"POST /add-checkpoint HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"a b c d e\r\n\r\n", 400),
        (b"\x00\xff\x00 \xff\r\n\r\n", 400),
    ],
)  # fmt: skip
def test_what_is_no_request_is_answered_with_its_status(data, code, port):
    assert status(sent(port, data)) == code


def test_the_answer_does_not_tell_the_version_of_what_runs(port):
    answer = sent(port, b"GET / HTTP/1.1\r\n\r\n")
    assert b"Server: bequest\r\n" in answer
    assert b"Python" not in answer


def test_a_caller_who_waits_for_leave_to_send_is_given_it(port):
    body = request(0, 3)
    head = f"POST /add-checkpoint HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    assert sent(port, head + body).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def test_whoever_is_too_slow_is_left_while_others_are_answered(tmp_path):
    with serving(witness_of(tmp_path / "state"), connection_seconds=0.5) as port, connected(port) as slow:
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc")
        assert add(port, request(0, 3))[0] == 200
        with slow.makefile("rb") as answer:
            assert status(answer.read()) == 408


def test_whoever_says_nothing_is_left(tmp_path):
    with (
        serving(witness_of(tmp_path / "state"), connection_seconds=0.2) as port,
        connected(port) as silent,
        silent.makefile("rb") as answer,
    ):
        assert answer.read() == b""


def test_a_caller_for_whom_there_is_no_room_is_told_at_once(tmp_path):
    with serving(witness_of(tmp_path / "state"), most_connections=1) as port, connected(port):
        assert status(sent(port, b"")) == 503


def test_a_caller_who_goes_away_is_not_spoken_of(port, capfd):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as gone:
        gone.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc")
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert add(port, request(0, 3))[0] == 200
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """Return the port of a witness that has seen five leaves, and what it was told about itself."""
    with serving(witness_of(tmp_path_factory.mktemp("busy") / "state")) as port:
        assert add(port, request(0, 5))[0] == 200
        yield port


GOOD = request(5, 9)
PIECES = st.sampled_from(
    [b"old 5\n", b"\n", b"\n\n", b"POST ", b"/add-checkpoint", b" HTTP/1.1\r\n", GOOD, GOOD[:90], b"\xe2\x80\x94 "]
)


@settings(max_examples=100)
@given(body=st.lists(st.binary(max_size=40) | PIECES, max_size=6).map(b"".join).filter(lambda body: body != GOOD))
def test_no_body_that_is_no_request_is_answered_other_than_with_a_refusal(busy, body):
    assert 400 <= add(busy, body)[0] < 500


@settings(max_examples=100)
@given(start=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255), kept=st.integers(0, 1))
def test_no_request_with_a_changed_byte_is_cosigned(busy, start, byte, kept):
    changed = GOOD[:start] + bytes([byte] if byte != GOOD[start] else []) + GOOD[start + kept :]
    if changed != GOOD:
        assert 400 <= add(busy, changed)[0] < 500


@settings(max_examples=100)
@given(data=st.lists(st.binary(max_size=40) | PIECES, min_size=1, max_size=6).map(b"".join))
def test_no_bytes_on_the_line_bring_the_witness_down(busy, data):
    answer = sent(busy, data)
    assert answer == b"" or 400 <= status(answer) < 506
    assert asked(busy, "GET", NEWEST)[2].splitlines()[1] == "5"
