from __future__ import annotations

import pytest

from bequest.model.errors import PolicyError
from bequest.policy.sources import Certainty, packaged_sources, read_sources, with_sources_beside

ONE = "{title: A paper, issuer: a journal, date: 2009, certainty: primary}"


def wrong(written):
    with pytest.raises(PolicyError) as caught:
        read_sources(written, label="sources.yaml")
    return caught.value.problems[0]


def test_a_source_says_title_issuer_date_and_how_it_was_seen():
    facts = "title: A paper, issuer: a journal, date: 2009-05, address: 'https://x', certainty: official reproduced"
    source = read_sources(f"paper: {{{facts}}}", label="sources.yaml")["paper"]
    assert (source.key, source.title, source.issuer, source.date) == ("paper", "A paper", "a journal", "2009-05")
    assert (source.address, source.certainty) == ("https://x", Certainty.REPRODUCED)


def test_a_date_may_be_a_year_or_a_day():
    read = read_sources("a: {title: t, issuer: i, date: 2009, certainty: own}\n"
                        "b: {title: t, issuer: i, date: 2009-05-03, certainty: own}\n", label="x")  # fmt: skip
    assert [source.date for source in read.values()] == ["2009", "2009-05-03"]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("p: {issuer: i, date: 2009, certainty: own}", "source 'p': 'title' is missing; write the title as printed"),
        ("p: {title: t, date: 2009, certainty: own}", "source 'p': 'issuer' is missing; write who published it"),
        ("p: {title: t, issuer: i, certainty: own}", "source 'p': 'date' is missing; write the year or the day"),
        ("p: {title: t, issuer: i, date: [1], certainty: own}", "source 'p': 'date' must be text, and is a list; writ"),
        ("p: {title: t, issuer: i, date: 2009}", "source 'p': 'certainty' is missing; write one of primary, official"),
        ("p: {title: t, issuer: i, date: 2009, certainty: sure}", "source 'p': 'certainty' cannot be 'sure'; write on"),
        ("p: {title: t, issuer: i, date: 2009, certainty: own, url: x}", "source 'p': 'url' is no key of this place"),
        ("p q: {title: t, issuer: i, date: 2009, certainty: own}", "source 'p q': the key must be letters, digits, do"),
        ("p: 3", "sources.yaml:1: 'p' must hold keys with values, and is a number; write it as a block"),
    ],
)
def test_a_wrong_source_is_refused(written, sentence):
    assert sentence in wrong(written)


def test_sources_beside_a_file_add_to_those_of_the_library():
    packaged = read_sources(f"a: {ONE}", label="x")
    both = with_sources_beside(packaged, f"a: {ONE}\nb: {ONE}", label="y")
    assert sorted(both) == ["a", "b"]


def test_a_source_beside_a_file_may_not_say_one_of_the_library_anew():
    packaged = read_sources(f"a: {ONE}", label="x")
    with pytest.raises(PolicyError, match=r"y: the library has another source 'a'; rename it"):
        with_sources_beside(packaged, "a: {title: t, issuer: i, date: 2009, certainty: own}", label="y")


def test_the_packaged_sources_are_sound():
    assert packaged_sources()["bequest-core"].certainty is Certainty.OWN
