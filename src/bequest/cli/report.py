"""Knows the verbs `report key`, `seal`, `send`, `fetch` and `open`: words that reach an inquiry past the office."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from bequest.cli.http_client import UnreachableError, ask, check_address
from bequest.cli.inquiry_key_file import digest_of, make_inquiry_key, read_inquiry_key, read_public_inquiry_key
from bequest.cli.output import write, write_bytes
from bequest.cli.text_file import read_text
from bequest.ledger.errors import LedgerError
from bequest.ledger.sealed_report import LONGEST_BYTES, LONGEST_TEXT_BYTES, MARK, filled_up, joined, parts, text_of
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_SECONDS = 60.0
_CREATED, _FOUND = 201, 200
_PAGE = 10

PrivateOption = Annotated[
    Path, typer.Option("--private", metavar="FILE", help="New file for the private part, which the inquiry keeps.")
]
PublicOption = Annotated[
    Path, typer.Option("--public", metavar="FILE", help="File for the public part, which offices name.")
]
TextArgument = Annotated[Path, typer.Argument(metavar="TEXT", help="The report, as a file of plain text.")]
ToOption = Annotated[Path, typer.Option("--to", metavar="FILE", help="The inquiry's public key.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the sealed report.")]
ReportArgument = Annotated[Path, typer.Argument(metavar="REPORT", help="The sealed report.")]
KeyOption = Annotated[Path, typer.Option("--key", metavar="FILE", help="The private part of the inquiry key.")]
UrlOption = Annotated[str, typer.Option("--url", metavar="URL", help="Address of the service.")]
FolderOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the sealed reports.")]


def key(*, private: PrivateOption, public: PublicOption) -> None:
    """Make the key of an inquiry: it is made, and its private part kept, outside every office that it looks into."""
    made = make_inquiry_key(private, public)
    write(f"{digest_of(made).hex()}\n")


def seal(text: TextArgument, *, to: ToOption, out: OutOption) -> None:
    """Seal a report so that only the inquiry can read it; nothing of it, its length neither, can be seen outside.

    Say in it who you are if you want to be found, and what happened when. Then send it, from wherever you like.
    """
    public = read_public_inquiry_key(to)
    try:
        content = filled_up(read_text(text, longest=LONGEST_TEXT_BYTES))
    except LedgerError as error:
        raise InputError(f"{text}: {error}") from None
    write_bytes(out, joined(digest_of(public), _SUITE.encrypt(content, public, MARK)))


def send(report: ReportArgument, *, url: UrlOption) -> None:
    """Send a sealed report to an office; nobody is asked who sends it, and its log says that it came."""
    body = json.dumps({"report": base64.b64encode(_read(report)).decode()}).encode()
    status, answer = _asked(f"{_api(url)}/sealed-reports", body)
    if status != _CREATED:
        raise InputError(f"The office does not take the report: {answer.get('detail', f'it answered {status}.')}")
    write(f"leaf {answer['leaf']}\n")


def fetch(*, url: UrlOption, out: FolderOption) -> None:
    """Fetch all sealed reports that an office was sent, each into a file named by its leaf."""
    out.mkdir(parents=True, exist_ok=True)
    fetched = 0
    for leaf, report in _reports(_api(url)):
        write_bytes(out / f"leaf-{leaf}.report", report)
        fetched += 1
    write(f"{out}: {fetched:,} sealed {'report' if fetched == 1 else 'reports'}.\n")


def opened(report: ReportArgument, *, key: KeyOption) -> None:
    """Open a sealed report with the private inquiry key, and write its text."""
    private = read_inquiry_key(key)
    try:
        digest, sealed = parts(_read(report))
        if digest != digest_of(private.public_key()):
            raise InputError(f"{report}: this report is sealed to another inquiry key than that of {key}.")
        write(text_of(_SUITE.decrypt(sealed, private, MARK)))
    except InvalidTag:
        raise InputError(f"{report}: the report was altered after it was sealed, and cannot be opened.") from None
    except LedgerError as error:
        raise InputError(f"{report}: {error}") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_BYTES + 1)
        parts(data)
    except OSError as error:
        raise InputError(f"{path}: the sealed report cannot be read ({error.strerror}).") from None
    except LedgerError as error:
        raise InputError(f"{path}: {error}") from None
    return data


def _reports(api: str) -> Iterator[tuple[int, bytes]]:
    cursor = ""
    while True:
        status, page = _asked(f"{api}/sealed-reports?limit={_PAGE}{cursor}", None)
        rows = page.get("reports")
        if status != _FOUND or not isinstance(rows, list):
            raise InputError(f"The office does not hand out its sealed reports; it answered {status}.")
        for row in cast("list[Mapping[str, object]]", rows):
            yield int(str(row["leaf"])), base64.b64decode(str(row["report"]))
        if page.get("next") is None:
            return
        cursor = f"&cursor={page['next']}"


def _api(url: str) -> str:
    return f"{check_address(url, called='--url')}/api/v1"


def _asked(address: str, body: bytes | None) -> tuple[int, Mapping[str, object]]:
    try:
        reply = ask(address, body=body, seconds=_SECONDS, headers={"Content-Type": "application/json"})
        return reply.status, cast("Mapping[str, object]", json.loads(reply.body))
    except UnreachableError as error:
        raise InputError(f"{address} does not answer ({error}); see whether it runs.") from None
    except ValueError:
        raise InputError(f"{address} answers, and not as Bequest does; check --url.") from None
