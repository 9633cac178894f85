"""Laws of typings, mismatches and crossmatches over all inputs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bequest.clinical.antigens import Locus, dictionary, splits
from bequest.clinical.crossmatch import crossmatch, crossmatch_of_pair, unacceptable_columns
from bequest.clinical.equivalences import Edition, covered, covered_by_one
from bequest.clinical.mismatch import mismatches, mismatches_of_pair
from bequest.clinical.typing import parse_typing, typing_columns
from bequest.model.errors import InputError

LISTABLE = [name for name, entry in dictionary().items() if entry.bit is not None]
NAMES = {
    locus: [name for name, entry in dictionary().items() if entry.locus is locus and entry.bit is not None]
    for locus in Locus
}
BROADS = [name for name in dictionary() if splits(name)]

typings = st.tuples(*(st.lists(st.sampled_from(NAMES[locus]), max_size=2) for locus in Locus)).map(
    lambda loci: " ".join(name for locus in loci for name in locus)
)
full_typings = st.tuples(
    *(st.lists(st.sampled_from(NAMES[locus]), min_size=1, max_size=2) for locus in (Locus.A, Locus.B, Locus.DR))
).map(lambda loci: " ".join(name for locus in loci for name in locus))
lists = st.one_of(
    st.none(), st.just("none"), st.lists(st.sampled_from(LISTABLE), min_size=1, max_size=20).map(" ".join)
)


@given(full_typings)
def test_a_person_mismatches_themselves_nowhere(text: str) -> None:
    typing = parse_typing(text)
    found = mismatches_of_pair(typing, typing)
    assert (found.a, found.b, found.dr) == (0, 0, 0)


@given(full_typings, full_typings)
def test_mismatches_are_at_most_the_donors_antigens(donor: str, candidate: str) -> None:
    person = parse_typing(donor)
    found = mismatches_of_pair(person, parse_typing(candidate))
    assert 0 <= found.a <= person.broad_a.bit_count() <= 2
    assert 0 <= found.b <= person.broad_b.bit_count() <= 2
    assert 0 <= found.dr <= 2


@given(full_typings, st.lists(st.one_of(st.none(), typings, full_typings), max_size=150))
def test_a_pool_has_the_mismatches_of_its_pairs(donor: str, texts: list[str | None]) -> None:
    person = parse_typing(donor)
    pool = mismatches(person, typing_columns(texts))
    pairs = [mismatches_of_pair(person, parse_typing(text)) for text in texts]
    assert pool.a.tolist() == [-1 if pair is None else pair.a for pair in pairs]
    assert pool.b.tolist() == [-1 if pair is None else pair.b for pair in pairs]
    assert pool.dr.tolist() == [-1 if pair is None else pair.dr for pair in pairs]


@given(typings, st.lists(lists, max_size=150))
def test_a_pool_has_the_crossmatches_of_its_pairs(donor: str, texts: list[str | None]) -> None:
    person = parse_typing(donor)
    assert crossmatch(person, unacceptable_columns(texts)).tolist() == [
        crossmatch_of_pair(person, text) for text in texts
    ]


@given(st.sampled_from(LISTABLE))
def test_listing_what_a_donor_carries_is_positive(name: str) -> None:
    assert crossmatch_of_pair(parse_typing(name), name) == 1


@given(typings, lists, st.sampled_from(LISTABLE))
def test_a_longer_list_never_makes_a_positive_crossmatch_anything_else(donor: str, text: str | None, name: str) -> None:
    person = parse_typing(donor)
    longer = name if text in {None, "none"} else f"{text} {name}"
    assert crossmatch_of_pair(person, text) != 1 or crossmatch_of_pair(person, longer) == 1


@given(st.sampled_from(BROADS), st.sampled_from(list(Edition)))
def test_a_broad_covers_all_that_its_splits_cover_in_the_who_relations(name: str, edition: Edition) -> None:
    below = [covered_by_one(split, Edition.WHO) for split in splits(name)]
    own = covered_by_one(name, edition)
    assert all(own | bits == own for bits in below)


@given(st.sampled_from(BROADS))
def test_a_split_never_covers_its_broad_in_the_who_relations(name: str) -> None:
    broad = 1 << dictionary()[name].bit
    assert not any(covered_by_one(split, Edition.WHO) & broad for split in splits(name))


@given(st.lists(st.sampled_from(LISTABLE)), st.sampled_from(LISTABLE))
def test_a_longer_list_covers_more(names: list[str], name: str) -> None:
    assert covered(names) | covered([*names, name]) == covered([*names, name])


@given(typings)
def test_the_order_and_the_case_of_a_typing_change_nothing(text: str) -> None:
    assert parse_typing(" ".join(reversed(text.lower().split()))) == parse_typing(text)


@given(st.text(alphabet="AB*:0123456789+^|/~?DRQPCwN- \t\n\x00\u0661", max_size=40))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    assert refusal(text) is None or refusal(text).endswith((".", "?"))


def refusal(text: str) -> str | None:
    try:
        parse_typing(text)
    except InputError as error:
        return str(error)
    return None
