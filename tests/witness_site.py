"""Knows a witness that runs for a test, in this process or in one of its own, and how a log asks it over HTTP."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from threading import Thread

from bequest.cli.witness_files import WitnessKey
from bequest.cli.witness_server import WitnessServer
from bequest.cli.witness_service import Witness
from bequest.cli.witness_state import State
from bequest.ledger.encoding import base64_text
from bequest.ledger.merkle import consistency_path
from ledger_keys import AT, ORIGIN, leaves, log_signer, private_key, signed

NAME = "witness.example/one"
KEY = WitnessKey(NAME, private_key(2))
LOGS = {ORIGIN: (log_signer().key,)}
LEAVES = leaves(40)


def request(old, new, note=None):
    """Return what a log of numbered leaves asks, from one size to another."""
    path = consistency_path(LEAVES[:new], old) if 0 < old < new else ()
    lines = "".join(f"{base64_text(each)}\n" for each in path)
    return f"old {old}\n{lines}\n".encode() + (note or signed(new)).to_bytes()


def asked(port, method, path, body=None):
    """Return status, kind and text of one answer."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode()


def add(port, body):
    """Return the answer to a checkpoint."""
    return asked(port, "POST", "/add-checkpoint", body)


def sent(port, data):
    """Return what comes back on a connection that sends these bytes and no more."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            return answer.read()


def witness_of(path, *, logs=None, clock=lambda: AT, told=None):
    """Return a witness with its state in a file."""
    return Witness(KEY, LOGS if logs is None else logs, State(path), clock, ([] if told is None else told).append)


@contextmanager
def serving(witness, **limits):
    """Serve in this process; what comes in is the port."""
    with closing(witness.state), WitnessServer(witness, host="127.0.0.1", port=0, **limits) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def process(folder):
    """Serve in a process of its own; what comes in is the process and its port."""
    words = [
        sys.executable, "-m", "bequest", "witness", "serve", "--port", "0",
        "--key", folder / "key", "--logs", folder / "logs", "--state", folder / "state",
    ]  # fmt: skip
    started = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = started.stdout.readline()
        yield started, int(line.partition("127.0.0.1:")[2].partition(";")[0] or 0), line
    finally:
        started.kill()
        started.communicate()
