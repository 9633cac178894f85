"""Knows how a witness is reached over HTTP, and what nobody who reaches it can use up: time, threads, memory."""

from __future__ import annotations

import io
import re
import socket
import sqlite3
import sys
import time
import traceback
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, cast

from bequest.cli.witness_service import NOT_STORED
from bequest.ledger.witness import LARGEST_REQUEST_BYTES, Answer

if TYPE_CHECKING:
    from bequest.cli.witness_service import Witness

CONNECTION_SECONDS = 10.0
"""How long one connection may take, from its first byte to the last of the answer."""
MOST_CONNECTIONS = 32
_LINGER_SECONDS = 1.0
_LINGER_BYTES = 10 * LARGEST_REQUEST_BYTES
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint")
_LENGTH = re.compile(r"[0-9]{1,12}")
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class WitnessServer(ThreadingHTTPServer):
    """Listen for logs, one thread a connection and no more than so many; a closed server has answered whom it heard."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(
        self,
        witness: Witness,
        *,
        host: str,
        port: int,
        connection_seconds: float = CONNECTION_SECONDS,
        most_connections: int = MOST_CONNECTIONS,
    ) -> None:
        """Begin to listen; raise `OSError` where nothing can listen there. Port 0 takes a free one."""
        self._free = BoundedSemaphore(most_connections)
        self._host = host
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), partial(_Handler, witness=witness, seconds=connection_seconds))

    def server_bind(self) -> None:
        """Bind without the look-up of the machine's own name, which may take long and is used for nothing."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self._host, self.socket.getsockname()[1]

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as the library has it
        """Give a connection its thread, or turn it away at once when all are taken."""
        if not self._free.acquire(blocking=False):
            with suppress(OSError):
                request.settimeout(_LINGER_SECONDS)
                request.sendall(_BUSY)
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as the library has it
        """Serve one connection, and free its place."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002  as the library has it
        """Say nothing of a caller who went away; tell our own mistakes, and never who called."""
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    """Answer one request of one connection; the witness decides what."""

    protocol_version = "HTTP/1.1"
    # A request line without a version is answered with a status line all the same.
    default_request_version = "HTTP/1.0"

    def __init__(self, *parts: Any, witness: Witness, seconds: float) -> None:  # noqa: ANN401  as the library has it
        self._witness = witness
        self._until = time.monotonic() + seconds
        super().__init__(*parts)

    def setup(self) -> None:
        """Put the deadline of the whole connection on what is read; the library knows one for each read only."""
        super().setup()
        self.rfile = io.BufferedReader(_Deadline(self.connection, self._until))

    def finish(self) -> None:
        """Read on for a moment: closing a connection that holds unread bytes takes the answer away from the caller."""
        rest, left = _Deadline(self.connection, time.monotonic() + _LINGER_SECONDS), _LINGER_BYTES
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and (got := rest.read(LARGEST_REQUEST_BYTES)):
                left -= len(got)
        super().finish()

    def do_GET(self) -> None:
        """Answer with the page, or with the newest checkpoint of a log."""
        asked = _CHECKPOINT.fullmatch(self.path)
        try:
            if self.path == "/":
                self._say(Answer(HTTPStatus.OK, self._witness.page()))
            elif asked and (newest := self._witness.newest(asked[1])):
                self._say(Answer(HTTPStatus.OK, newest.decode()))
            else:
                self.send_error(HTTPStatus.NOT_FOUND)
        except sqlite3.Error:
            self._say(Answer(HTTPStatus.SERVICE_UNAVAILABLE, NOT_STORED))

    def do_POST(self) -> None:
        """Hand a checkpoint to the witness, whole and not larger than a request may be."""
        if self.path != "/add-checkpoint":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        lengths = self.headers.get_all("Content-Length", [])
        if not lengths or "Transfer-Encoding" in self.headers:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0].strip()):
            self.send_error(HTTPStatus.BAD_REQUEST)
        elif int(lengths[0]) > LARGEST_REQUEST_BYTES:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._take(int(lengths[0]))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer with a status and its name, and nothing of what was sent; what is no verb here is no fault of ours."""
        known = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)
        self._say(Answer(known, f"{known.phrase}\n"))

    def version_string(self) -> str:
        """Say whose answer it is, and not on which Python it runs."""
        return "bequest"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the library has it
        """Write no line: who asks a witness, and when, is nobody's business."""

    def _take(self, length: int) -> None:
        try:
            body = self.rfile.read(length)
        except TimeoutError:
            self.send_error(HTTPStatus.REQUEST_TIMEOUT)
            return
        if len(body) < length:
            self.send_error(HTTPStatus.BAD_REQUEST)
        else:
            self._say(self._witness.add_checkpoint(body))

    def _say(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        for name, value in (
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, POST")
        self.end_headers()
        # After a time-out there is a second for the answer; `sendall` takes the time as that of all it sends.
        self.connection.settimeout(max(_LINGER_SECONDS, self._until - time.monotonic()))
        self.wfile.write(body)


class _Deadline(io.RawIOBase):
    """Read a connection until an instant of the steady clock, however slowly its other end writes."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401  a writable buffer, which Python 3.11 has no name for
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(cast("memoryview", buffer))
