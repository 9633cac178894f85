"""A list that was kept elsewhere is taken over whole: judged first, then listed with a leaf each, and once."""

import pytest

from bequest.model.errors import BequestError, InputError
from bequest.registry.listing_import import AT_ONCE, Source, import_listings
from bequest.registry.listings import Change, Listing, Removal, change_registration, list_candidate, remove_registration
from bequest.registry.models import Candidate, Event, Registration, Version
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import count, every, leaf_of, needed
from bequest.registry.secrecy import event_fields, identity_of
from bequest.registry.versions import facts_of, newest_version
from registry_offices import ask, kinds, loose_ends, people


def others(number=8):
    """Return the facts of people who are on no list yet."""
    rows = people(12 + number).registrations[12:]
    return [{**row, "registration": f"X-{row['registration']}", "candidate": f"X-{row['candidate']}"} for row in rows]


def brought(office, rows, identities=(), told=lambda _done, _of: None):
    """Bring a table, in the name of one keeper a centre."""
    actors = {centre: f"keeper-{centre}" for centre in {row["centre"] for row in people(20).registrations}}
    known = dict(identities)
    listings = [Listing(row, known.pop(row["candidate"], None)) for row in rows]
    return import_listings(office, listings, Source(actors, lambda row: f"list.csv, line {row + 2}", told))


def standing(row):
    """Return the facts, as somebody who stays on the list has them."""
    return {**row, "status": "active"}


ROWS = [standing(row) for row in others()]


def test_everybody_is_listed_with_the_facts_and_the_leaf_that_listing_them_alone_gives(office):
    before = len(kinds(office))
    assert brought(office, ROWS).listed == len(ROWS)
    assert kinds(office)[before:] == ["listing.created"] * len(ROWS)
    assert loose_ends(office) == (0, 0, 0)
    alone = {**ROWS[0], "registration": "Y-1", "candidate": "Y-1"}
    entered = list_candidate(office, ask(), Listing(alone))
    one = event_fields(office, needed(office.using, Event, "", id=entered.event_id))
    version = newest_version(office.using, ROWS[0]["registration"])
    many = event_fields(office, needed(office.using, Event, "", id=version.event_id))
    assert facts_of(version) == ROWS[0]
    assert one.keys() == many.keys()
    assert (many["facts"], many["organ"]) == (version.digest, "heart")
    event = needed(office.using, Event, "", id=version.event_id)
    assert (event.actor, event.case_name) == (f"keeper-{ROWS[0]['centre']}", f"listing {ROWS[0]['registration']}")


def test_a_table_that_is_brought_again_lists_nobody_twice(office):
    assert brought(office, ROWS[:3]).listed == 3
    change_registration(office, ask(), Change(ROWS[0]["registration"], {"weight_kg": "70.5"}))
    told = []
    again = brought(office, ROWS, told=lambda done, of: told.append((done, of)))
    assert (again.listed, again.known) == (len(ROWS) - 3, 3)
    assert told == [(len(ROWS), len(ROWS))]
    assert facts_of(newest_version(office.using, ROWS[0]["registration"]))["weight_kg"] == "70.5"
    assert count(office.using, Registration) == 12 + len(ROWS)


def test_who_they_are_goes_sealed_into_the_vault_once_a_candidate(office):
    second = {**ROWS[0], "registration": "X-second", "centre": ROWS[1]["centre"]}
    second |= {} if ROWS[0]["centre"] != ROWS[1]["centre"] else {"centre": ROWS[2]["centre"]}
    brought(office, [*ROWS, second], {ROWS[0]["candidate"]: "A name"})
    candidate = needed(office.using, Candidate, "", id=ROWS[0]["candidate"])
    assert identity_of(office, candidate.subject_id) == "A name"
    assert identity_of(office, needed(office.using, Candidate, "", id=ROWS[1]["candidate"]).subject_id) is None
    assert len(every(office.using, Registration, candidate_id=candidate.id)) == 2
    assert all("A name" not in str(version.facts) for version in every(office.using, Version))


WRONG = [
    ({"weight_kg": "heavy"}, "row 3 .*'weight_kg'.*no number"),
    ({"hla": "A1 QQ7"}, "row 3 .*'hla'.*QQ7"),
    ({"centre": "NOWHERE"}, "line 4: centre 'NOWHERE' is not in the table of places"),
    ({"status": "removed"}, "line 4: a registration that was removed"),
    ({"synthetic": "no", "country": "CH"}, "line 4: invented people, and they alone"),
    ({"registration": "R-000001"}, "line 4: this registration is there already, with other facts"),
    (
        {"candidate": ROWS[0]["candidate"], "centre": ROWS[0]["centre"], "born_on": ROWS[0]["born_on"]},
        "line 2: the candidate is on the heart list of this centre already; list them once",
    ),
    (
        {name: people().registrations[0][name] for name in ("candidate", "centre", "born_on")},
        "line 4: the candidate is on the heart list of this centre already",
    ),
]


@pytest.mark.parametrize(("changed", "sentence"), WRONG)
def test_nothing_is_written_where_one_row_is_wrong_and_the_row_is_named(office, changed, sentence):
    before = kinds(office), count(office.using, Registration), count(office.using, Candidate)
    with pytest.raises(InputError, match=sentence):
        brought(office, [*ROWS[:2], {**ROWS[2], **changed}, *ROWS[3:]])
    assert (kinds(office), count(office.using, Registration), count(office.using, Candidate)) == before


def test_a_level_that_would_hold_too_long_is_refused_as_it_is_alone_with_a_leaf(office):
    long = {"urgency_granted": "1", "urgency_since_on": "2026-02-28", "urgency_valid_until": "2027-12-31T00:00:00Z"}
    with pytest.raises(GateRefusedError) as alone:
        list_candidate(office, ask(), Listing({**ROWS[2], **long}))
    before = kinds(office)
    with pytest.raises(GateRefusedError, match=r"line 4: .*this level holds for") as refused:
        brought(office, [*ROWS[:2], {**ROWS[2], **long}])
    assert kinds(office) == [*before, "gate.refused"]
    assert refused.value.rule == alone.value.rule
    assert brought(office, ROWS[:3]).listed == 3


def test_nobody_is_listed_at_a_centre_for_which_no_account_answers(office):
    listings = [Listing(row) for row in ROWS]
    with pytest.raises(InputError, match="line 2: nobody was named who answers for centre"):
        import_listings(office, listings, Source({}, lambda row: f"list.csv, line {row + 2}", lambda _done, _of: None))
    assert count(office.using, Registration) == 12


def test_whoever_left_a_list_may_come_back_with_a_table(office):
    first = people().registrations[0]
    remove_registration(office, ask(), Removal(first["registration"], "candidate_wish"))
    again = {**standing(first), "registration": "X-again"}
    assert brought(office, [again]).listed == 1


def test_a_table_of_several_transactions_goes_on_where_it_was_stopped(office):
    rows = [
        {**ROWS[0], "registration": f"M-{number:05}", "candidate": f"M-{number:05}"} for number in range(AT_ONCE + 2)
    ]

    def stopped(done, _of):
        if done == AT_ONCE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        brought(office, rows, told=stopped)
    assert count(office.using, Registration) == 12 + AT_ONCE
    again = brought(office, rows)
    assert (again.listed, again.known) == (2, AT_ONCE)
    leaves = [leaf_of(office.using, newest_version(office.using, row["registration"]).event_id) for row in rows]
    assert leaves == list(range(leaves[0], leaves[0] + len(rows)))


def test_a_table_and_a_single_step_never_share_a_request_key(office):
    brought(office, ROWS[:1])
    event = needed(office.using, Event, "", id=newest_version(office.using, ROWS[0]["registration"]).event_id)
    with pytest.raises(BequestError, match="another request"):
        list_candidate(office, ask(key=event.request_key), Listing(ROWS[1]))
