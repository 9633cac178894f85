"""Knows a witness for tests that answers over HTTP on this machine, and how it may misbehave."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bequest.ledger import note, witness
from bequest.ledger.errors import LedgerError
from ledger_keys import witness_signer


class TestWitness:
    """Remember one log, and answer as a witness does; `broken` gives another answer in its place.

    What it has seen is `hidden` from the first so many questions.
    """

    __test__ = False

    def __init__(self, number, keys):
        self.signer = witness_signer(number, name=f"witness.example/{number}")
        self.keys = keys
        self.seen = witness.Seen()
        self.newest = None
        self.broken = None
        self.hidden = 0

    def post(self, body):
        if self.broken is not None:
            return self.broken
        try:
            request = witness.parse(body)
        except LedgerError:
            return 400, b""
        found = witness.answer(request, keys=self.keys, seen=self.seen, signer=self.signer)
        if found.seen is not None:
            self.seen = found.seen
            self.newest = request.signed
        return found.status, found.body.encode()

    def get(self):
        if self.hidden:
            self.hidden -= 1
            return 404, b""
        return (404, b"") if self.newest is None else (200, self.newest)


@contextmanager
def served(answers):
    """Serve a witness on a free port, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.reply(*answers.post(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_GET(self):
            self.reply(*answers.get())

        def reply(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *told):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def policy_text(log_key, witnesses, *, needed="all"):
    """Return a trust file of a log, and witnesses with their addresses."""
    lines = [f"log {log_key.vkey()}"]
    lines += [f"witness w{place} {each.signer.key.vkey()} {address}" for place, (each, address) in enumerate(witnesses)]
    names = " ".join(f"w{place}" for place in range(len(witnesses)))
    return "\n".join([*lines, f"group all {needed} {names}", "quorum all", ""])


def cosigners(path):
    """Return the names under a checkpoint file."""
    return [signature.name for signature in note.parse(path.read_bytes()).signatures]
