"""Knows what leaves the program: lines for a terminal or a pipe, and JSON for a file or a pipe."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich.console import Console
from rich.text import Text

from bequest.cli.errors import ReaderGoneError, silence
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bequest.cli.layout import Line

SYNTHETIC = "synthetic: true (these people are invented)"
"""Stands on every output about invented people."""

CONDITIONAL = (
    "CONDITIONAL: death is not declared; this is the circulatory pathway. If the person does not die in time, every "
    "offer lapses."
)
"""Stands on every output about a donor of the circulatory pathway."""


def terminal_width() -> int | None:
    """Return the width of the terminal, None where the output goes into a pipe or a file."""
    return _console().width if sys.stdout.isatty() else None


def show(lines: Iterable[Line]) -> None:
    """Write lines to standard output; only a terminal is given bold and colour."""
    if not sys.stdout.isatty():
        write("".join(f"{line.text}\n" for line in lines))
        return
    console = _console()
    with console.capture() as captured:
        for line in lines:
            console.print(Text(line.text, style=line.style), soft_wrap=True)
    write(captured.get())


def write(text: str) -> None:
    """Write text to standard output and flush it; raise ReaderGoneError when nobody reads on."""
    stream = sys.stdout
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)
        raise ReaderGoneError from None
    except UnicodeEncodeError:
        # A terminal or a pipe of an old encoding: what it lacks is written as an escape, and nothing is lost.
        stream.write(text.encode("ascii", "backslashreplace").decode("ascii"))
        stream.flush()
    except OSError as error:
        silence(stream)
        raise InputError(f"the output cannot be written ({error.strerror}); make room and run again.") from None


def write_json(content: Mapping[str, object], target: str) -> None:
    """Write plain data as JSON to a file, or to standard output where `target` is `-`."""
    write_to(target, json_text(content), option="--json")


def write_to(target: str, text: str, *, option: str) -> None:
    """Write text to a file, or to standard output where `target` is `-`; `option` is what the person called it."""
    if not target:
        raise InputError(f"{option} is given an empty name; give the name of a file, or - for standard output.")
    if target == "-":
        write(text)
    else:
        _write_file(text, Path(target), option=option)


def json_text(content: Mapping[str, object]) -> str:
    """Return JSON in plain ASCII that a person can search: one line an entry of each list."""
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {_value(value)}" for key, value in content.items()) + "\n}\n"


def _value(value: object) -> str:
    if isinstance(value, list) and value:
        entries = cast("list[object]", value)
        return "[\n" + ",\n".join(f"  {json.dumps(entry)}" for entry in entries) + "\n ]"
    return json.dumps(value)


def write_bytes(path: Path, data: bytes) -> None:
    """Write bytes to the file that `--out` names, so that it is there whole or not at all."""
    _write_file(data, path, option="--out")


def _write_file(content: str | bytes, path: Path, *, option: str) -> None:
    """Write a file so that it is there whole or not at all; a device or a pipe is written to directly."""
    target = path.resolve()
    if target.is_dir():
        raise InputError(f"{path}: this is a folder; give {option} the name of a file, or - for standard output.")
    if target.exists() and not target.is_file():
        _write_to(target, content, named=path)
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _write_to(part, content, named=path)
        part.replace(target)
    finally:
        # After the renaming there is nothing left; after a failure there may be a piece.
        with suppress(OSError):
            part.unlink()


def _write_to(target: Path, content: str | bytes, *, named: Path) -> None:
    try:
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise InputError(
            f"{named}: the result cannot be written here ({error.strerror}); choose another place."
        ) from None


def _console() -> Console:
    # Whether it is a terminal is asked of the stream alone: FORCE_COLOR would put colour codes into a pipe.
    return Console(file=sys.stdout, force_terminal=sys.stdout.isatty(), highlight=False, markup=False, emoji=False)
