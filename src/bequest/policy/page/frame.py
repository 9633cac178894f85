"""Knows what the pages of policies and of donor plans share: the frame, the head and the table of sources."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from bequest.model.enums import PolicyStatus
from bequest.policy.page.element import element, pairs, table, written
from bequest.policy.sources import packaged_sources
from bequest.policy.standing import CERTAINTY_WORDS, status_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

    from bequest.policy.page.element import Child
    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Citation, Policy

LANGUAGE, DIRECTION = "en", "ltr"
"""Of the words of the page itself; the words of a policy bring their own direction."""


def framed(
    read: Policy | DonorPlan, head: Iterable[Element], sections: Iterable[tuple[str, str, Iterable[Element]]]
) -> str:
    """Return one page of HTML in itself: no script, no picture, font or style from elsewhere.

    `sections` are identifier, title and content of each.
    """
    parts = [(name, title, tuple(body)) for name, title, body in sections]
    contents = element("ul", *(element("li", element("a", title, href=f"#{name}")) for name, title, _ in parts))
    main = element(
        "main",
        *(element("section", element("h2", title), *body, id=name) for name, title, body in parts),
        id="policy",
    )
    body = element(
        "body",
        element("a", "To the policy", href="#policy", class_="skip"),
        element("header", *head),
        element("nav", element("h2", "On this page"), contents, aria_label="On this page"),
        main,
    )
    return written(element("html", _meta(read), body, lang=LANGUAGE, dir=DIRECTION))


def _meta(read: Policy | DonorPlan) -> Element:
    style = files("bequest.policy.page").joinpath("page.css").read_text(encoding="utf-8")
    return element(
        "head",
        element("meta", charset="utf-8"),
        # Nothing may be loaded, run or sent, even where the words of a policy tried to.
        element("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name_="color-scheme", content="light dark"),
        element("title", f"{read.title} ({read.name}, {read.edition})"),
        element("style", style),
    )


def head_of(read: Policy | DonorPlan, organ: str) -> Iterator[Element]:
    """Yield the title, how sure the file is, and what it is; `organ` says of which organs."""
    yield element("h1", read.title, dir="auto")
    adopted = read.adopted
    unverified = read.status is PolicyStatus.UNVERIFIED
    if unverified:
        yield element("p", element("strong", status_words(read)), class_="warning", role="note")
    yield pairs((
        ("Organ", [organ]),
        ("In force from", [element("time", read.effective.isoformat(), datetime=read.effective.isoformat())]),
        ("Status", [read.status.value if unverified else status_words(read)]),
        ("Adopted", [_NOBODY if adopted is None else f"by {adopted.by} on {adopted.on.isoformat()}"]),
        ("Reasons", [] if adopted is None else [adopted.justification]),
        ("Name and edition", [f"{read.name}, {read.edition}"]),
        ("Hash of the file and its tables", [element("code", read.hash)]),
    ))  # fmt: skip


_NOBODY = "nobody has adopted this file yet"


def source_table(citations: Iterable[Citation]) -> Iterator[Element]:
    """Yield the table of what is cited, each source once, with how sure it is."""
    known = packaged_sources()
    rows: list[tuple[list[Child], ...]] = []
    for key in sorted({cite.key for cite in citations}):
        source = known.get(key)
        name: list[Child] = [element("span", key, id=f"source-{key}")]
        if source is None:
            rows.append((name, ["in the sources.yaml beside the file"], [""], [""]))
            continue
        title: list[Child] = [f"{source.title}. {source.issuer}, {source.date}."]
        if source.address is not None:
            title += [" ", _address(source.address)]
        rows.append((name, title, [source.certainty.value], [CERTAINTY_WORDS[source.certainty]]))
    yield table("Where the rules come from, and how sure that is", ("Key", "Source", "Certainty", "That means"), rows)


def _address(address: str) -> Element:
    """Return an address of the web as a link, anything else as it is."""
    if address.startswith("https://"):
        return element("a", address, href=address, rel="noreferrer", class_="address")
    return element("span", address, class_="address")
