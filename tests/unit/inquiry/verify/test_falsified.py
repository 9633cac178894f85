"""What an operator could tell otherwise, signed by everybody, that leaves it to the rules of the record to object."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.report import Verdict
from bequest.ledger.bundle import BundleKind, bundle
from bequest.ledger.leaf import Event, instant_text
from demo_years import small_year
from ledger_mutations import resigned

BOTH = (BundleKind.PUBLIC, BundleKind.REPLAY)


def verified(files, **arguments):
    return verify_bundle(MemoryEvidence(files), **arguments).report


def found(change, kind=BundleKind.REPLAY, check=None):
    """Return the findings of a check, or of all, in a year that went otherwise."""
    report = verified(small_year().retold(change, kind))
    assert Verdict.BROKEN not in {each.verdict for each in report.checks}, report.lines()
    return "\n".join(detail for each in report.checks if check in {None, each.name} for detail in each.details)


def changed(events, leaf, **fields):
    events[leaf] = replace(events[leaf], fields={**events[leaf].fields, **fields})


def became(events, leaf, kind, **fields):
    events[leaf] = replace(events[leaf], kind=kind, fields=fields)


def recorded(leaf):
    return small_year().state.journal.recorded[leaf].event


def places(kind):
    return [leaf for leaf, each in enumerate(small_year().state.journal.recorded) if each.event.kind == kind]


def appended(events, leaf_kind, like, /, **fields):
    """Add an event at the end of the log, in the case of an earlier one that is the last of its case so far."""
    last = max(events)
    events[last + 1] = Event(leaf_kind, events[last].at, "ZZ", fields, previous=like)
    return last + 1


def last_of_case(leaf):
    """Return the newest leaf of the chain that holds a leaf."""
    after = {each.event.previous: number for number, each in enumerate(small_year().state.journal.recorded)}
    while leaf in after:
        leaf = after[leaf]
    return leaf


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("name", "gate"), [("consent", "consent.verified"), ("custody", "custody.checked"), ("death", "death.certified")]
)
def test_a_gate_of_another_donation_is_found(kind, name, gate):
    release, other = places("organ.available")[-1], places(gate)[0]
    told = found(lambda events: changed(events, release, **{name: other}), kind, "donations")
    assert f"names as its '{name}' leaf {other}, which is of another donation" in told


@pytest.mark.parametrize("kind", BOTH)
def test_an_organ_offered_after_consent_was_withdrawn_is_found(kind):
    lab = places("lab.attested")[0]
    release = next(leaf for leaf in places("organ.available") if leaf > lab)
    consent = recorded(recorded(release).fields["consent"]).fields["consent"]
    donation = recorded(release).fields["donation"]
    told = found(
        lambda events: became(events, lab, "consent.revoked", donation=donation, consent=consent, by="next_of_kin"),
        kind,
        "donations",
    )
    assert f"leaf {release} (organ.available) comes after leaf {lab} had withdrawn the consent" in told
    assert "(match.run) comes after" in told


@pytest.mark.parametrize("kind", BOTH)
def test_an_offer_after_the_donation_was_stopped_is_found(kind):
    lab = places("lab.attested")[0]
    release = next(leaf for leaf in places("organ.available") if leaf > lab)
    donation = recorded(release).fields["donation"]
    told = found(
        lambda events: became(events, lab, "recovery.stopped", donation=donation, reason="sign_of_life"),
        kind,
        "donations",
    )
    assert f"comes after leaf {lab} had stopped the donation for good" in told


@pytest.mark.parametrize("tied_to", ["to_a_person", "to_a_group"])
def test_an_organ_released_upon_a_consent_that_is_tied_to_somebody_is_found(tied_to):
    consent = places("consent.recorded")[0]
    told = found(lambda events: changed(events, consent, tied_to=tied_to), check="donations")
    assert f"upon the consent of leaf {consent}, which is tied to somebody" in told


def test_a_release_without_an_established_identity_is_found():
    identity = places("identity.verified")[0]
    told = found(
        lambda events: became(events, identity, "service.degraded", part="allocation"), BundleKind.PUBLIC, "donations"
    )
    assert "before the identity of its donor was established" in told


@pytest.mark.parametrize("field", [{"result": "prisoner"}, {"result": "unknown"}, {"lookback_months": 3}])
def test_an_organ_of_somebody_in_custody_is_found(field):
    custody = places("custody.checked")[0]

    def change(events):
        fields = {**events[custody].fields, **field}
        for name in ("attestor", "controlled_by", "attested"):
            del fields[name]
        events[custody] = replace(events[custody], fields=fields)

    told = found(change, check="donations")
    assert f"(organ.available) comes after leaf {custody}, which did not find the donor to be free" in told
    assert f"(match.run) comes after leaf {custody}" in told


def test_consent_for_other_organs_is_found():
    consent = places("consent.recorded")[0]
    told = found(lambda events: changed(events, consent, organs=["cornea"]), check="donations")
    assert f"which the consent of leaf {consent} does not name" in told


def test_a_run_for_another_organ_than_was_released_is_found():
    run = places("match.run")[0]
    other = "heart" if recorded(run).fields["organ"] != "heart" else "liver"
    told = found(lambda events: changed(events, run, organ=other), BundleKind.PUBLIC)
    assert "ranks the list of another organ than leaf" in told
    assert "by which others rank" in told


def test_a_run_for_other_facts_of_the_donor_than_were_released_is_found():
    run = places("match.run")[0]
    told = found(lambda events: changed(events, run, donor_facts="0" * 64), check="donations")
    assert "ranks for other facts of the donor" in told


def test_a_death_still_to_come_is_found():
    death = places("death.certified")[0]
    later = instant_text(recorded(death).at + timedelta(hours=1))

    def change(events):
        fields = {**events[death].fields, "declared_at": later}
        for name in ("attestor", "controlled_by", "attested"):
            del fields[name]
        events[death] = replace(events[death], fields=fields)

    assert "states a death that was still to come" in found(change, check="donations")


def test_a_policy_signed_by_one_person_twice_is_found():
    enacted = places("policy.enacted")[0]
    one = recorded(enacted).fields["signers"][0]
    assert "is not signed by two persons" in found(lambda events: changed(events, enacted, signers=[one, one]))


def test_a_chain_that_forks_is_found():
    runs = places("match.run")
    previous = recorded(runs[0]).previous
    told = found(
        lambda events: events.update({runs[-1]: replace(events[runs[-1]], previous=previous)}), BundleKind.PUBLIC
    )
    assert f"both name leaf {previous} as the one before" in told


def test_an_event_recorded_twice_is_found():
    year, death = small_year(), places("death.certified")[0]
    leaf = json.loads(year.record.leaves[death])
    copy = json.dumps({**leaf, "prev_same_case": 0}, sort_keys=True, separators=(",", ":")).encode()
    last = len(year.record.leaves) - 1
    leaves, kept = [*year.record.leaves], [*year.record.kept]
    leaves[last], kept[last] = copy, kept[death]
    report = verified(year.bundle(BundleKind.PUBLIC, record=year.with_leaves(leaves, kept)))
    assert f"leaf {last} (death.certified) commits to the same event as leaf {death}" in "\n".join(report.lines())


def test_a_part_transplanted_twice_is_found():
    transplant = places("organ.transplanted")[0]
    fields = recorded(transplant).fields

    def change(events):
        appended(events, "organ.transplanted", last_of_case(transplant), **fields)

    told = found(change, BundleKind.PUBLIC)
    assert f"is of what leaf {transplant} had transplanted" in told
    assert f"of which leaf {transplant} had told the end" in told


def test_a_transplant_while_a_pause_goes_on_is_found():
    transplant = places("organ.transplanted")[0]
    pause = recorded(transplant).previous
    donation = recorded(transplant).fields["donation"]
    told = found(
        lambda events: became(events, pause, "recovery.paused", donation=donation, reason="sign_of_life"),
        BundleKind.PUBLIC,
    )
    assert f"comes while the pause of leaf {pause} goes on" in told


def test_an_acceptance_of_another_part_than_was_offered_is_found():
    accepted = places("offer.accepted")[0]
    told = found(lambda events: changed(events, accepted, part=["intestine"]), BundleKind.PUBLIC, "offers")
    assert "accepts something else than leaf" in told
    assert "accepts something else" in found(lambda events: changed(events, accepted, part=[]), check="offers")


def test_an_offer_of_a_part_of_another_organ_is_found():
    offer = places("offer.made")[0]
    told = found(lambda events: changed(events, offer, part=["cornea-left"]), BundleKind.PUBLIC, "offers")
    assert f"the offer of leaf {offer} is of no part of the" in told


def test_an_acceptance_after_the_offer_had_lapsed_is_found():
    accepted = places("offer.accepted")[0]
    offer = recorded(accepted).fields["offer"]
    lapsed = instant_text(recorded(offer).at + timedelta(minutes=5))
    told = found(lambda events: changed(events, offer, expires_at=lapsed), check="offers")
    assert f"leaf {accepted} accepts the offer of leaf {offer} after it had lapsed" in told


def test_an_offer_that_lapses_before_its_time_is_found():
    refused = places("offer.refused")[0]
    fields = {name: recorded(refused).fields[name] for name in ("run", "offer")}
    told = found(lambda events: became(events, refused, "offer.expired", **fields), check="offers")
    assert "lapse before its time" in told


def test_one_part_accepted_in_two_runs_for_one_donor_is_found():
    accepted = places("offer.accepted")[0]
    event = recorded(accepted)
    run, offer = event.fields["run"], recorded(event.fields["offer"])

    def change(events):
        last = last_of_case(run)
        again = appended(events, "match.run", last, **recorded(run).fields)
        events[again] = replace(events[again], policy_hash=recorded(run).policy_hash)
        made = appended(events, "offer.made", again, **{**offer.fields, "run": again})
        appended(events, "offer.accepted", made, **{**event.fields, "run": again, "offer": made})

    assert f"which leaf {accepted} had accepted" in found(change, BundleKind.PUBLIC, "offers")


def departed(**approved):
    """Return a change that has the offer to rank 3 depart from the order, as was asked for and approved before it."""
    offer = next(leaf for leaf in places("offer.made") if recorded(leaf).fields["rank"] == 3)
    run = recorded(offer).fields["run"]
    first, second, third, fourth = (leaf for leaf in range(run, offer) if recorded(leaf).fields.get("run") == run)

    def change(events):
        became(events, first, "override.requested", run=run, rank=3, reason="logistics", actor="1" * 32)
        became(events, second, "override.approved", **{"run": run, "requested": first, "actor": "2" * 32, **approved})
        became(events, third, "service.degraded", part="allocation")
        became(events, fourth, "skip", run=run, first_rank=1, last_rank=2, reason="override_logistics", act="offered")

    return change


def test_an_approved_departure_is_no_finding_and_is_told_in_every_summary():
    report = verified(small_year().retold(departed(), BundleKind.PUBLIC))
    assert report.exit_code == 0
    assert any("depart from them as was approved" in line for line in report.lines())
    assert ", except for 1 under an approved departure" in report.closing()[0]


def test_a_departure_approved_by_the_person_who_asked_for_it_is_found():
    assert "is not by another person" in found(departed(actor="1" * 32), check="offers")


def test_a_departure_asked_for_in_another_run_is_no_departure():
    other = places("match.run")[0]
    told = found(
        lambda events: (departed()(events), changed(events, min_of(events, "override.requested"), run=other)),
        BundleKind.PUBLIC,
        "offers",
    )
    assert "decides a departure that was asked for in another run" in told
    assert "as override_logistics, and the log shows nothing of that" in told


def min_of(events, kind):
    return min(leaf for leaf, event in events.items() if event.kind == kind)


def test_two_versions_of_a_policy_for_one_day_are_found():
    enacted = places("policy.enacted")
    name = recorded(enacted[0]).fields["policy_name"]
    told = found(lambda events: changed(events, enacted[1], policy_name=name), BundleKind.PUBLIC, "policies")
    assert f"puts {name} in force from" in told
    assert "puts another policy in force than leaf" in told


def test_a_registration_put_on_a_list_twice_or_changed_while_off_it_is_found():
    created = places("listing.created")
    one = recorded(created[0]).fields["registration"]
    assert f"whom leaf {created[0]} had put there" in found(
        lambda events: changed(events, created[1], registration=one), check="listings"
    )
    removed = places("listing.removed")[0]
    assert "is of a registration that was on no list" in found(
        lambda events: changed(events, removed, registration="0" * 32), check="listings"
    )
    assert "does not go on from leaf" in found(lambda events: changed(events, removed, previous=0), check="listings")


def test_invented_people_of_a_real_country_are_found():
    told = found(lambda events: events.update({0: replace(events[0], jurisdiction="CH")}), BundleKind.PUBLIC)
    assert "leaf 0 is of jurisdiction CH, and the bundle says that its people are invented" in told


def test_a_bundle_without_its_newest_checkpoint_hides_when_leaves_were_seen():
    year = small_year()
    files = {path: data for path, data in year.bundle().items() if not path.startswith("checkpoints/")}
    assert "checkpoints/ does not hold the newest checkpoint" in "\n".join(verified(resigned(year, files)).lines())


def test_a_public_bundle_that_opens_more_is_found():
    year = small_year()
    files = resigned(year, year.bundle(), BundleKind.PUBLIC)
    assert any("says that it is for anybody, and opens" in line for line in verified(files).lines())


@pytest.mark.parametrize("twice", ["name", "key"])
def test_an_attestor_named_twice_is_refused(twice):
    year = small_year()
    attestors = list(year.record.parties["attestors"])
    attestors[1] = {**attestors[1], twice: attestors[0][twice]}
    record = replace(year.record, parties={**year.record.parties, "attestors": attestors})
    report = verified(bundle(record, BundleKind.PUBLIC, signer=year.signer))
    assert "names an attestor, or the key of one, twice" in "\n".join(report.lines())


def test_a_witness_named_twice_is_refused():
    year = small_year()
    witnesses = list(year.record.parties["witnesses"])
    again = [*witnesses, {**witnesses[0], "controlled_by": "operator"}]
    record = replace(year.record, parties={**year.record.parties, "witnesses": again})
    assert verified(bundle(record, BundleKind.PUBLIC, signer=year.signer)).exit_code == 3


def test_an_attestor_with_the_key_of_the_log_is_found():
    year = small_year()
    own = {"name": "court.example/new", "key": year.signer.key.public.hex(), "controlled_by": "court"}
    parties = {**year.record.parties, "attestors": [*year.record.parties["attestors"], own]}
    report = verified(bundle(replace(year.record, parties=parties), BundleKind.PUBLIC, signer=year.signer))
    assert "the attestor 'court.example/new' has the key of the log or of a witness" in "\n".join(report.lines())


def test_days_that_end_before_the_log_does_are_found():
    last = max(each.event.fields["day"] for each in small_year().state.journal.recorded if "day" in each.event.fields)

    def change(events):
        for leaf, event in list(events.items()):
            if str(event.fields.get("day", "")) > "2026-01-10":
                became(events, leaf, "service.degraded", part="allocation")

    assert last > "2026-01-12"
    assert "no day after 2026-01-10 is closed, and the log goes on to" in found(change, BundleKind.PUBLIC, "days")


def test_a_day_closed_before_it_came_is_found():
    leaf = places("referral.day_closed")[0]
    assert "closes the day 2026-02-20 before it was over" in found(
        lambda events: changed(events, leaf, day="2026-02-20"), BundleKind.PUBLIC, "days"
    )


def test_without_the_witnesses_asked_for_nothing_is_called_unaltered():
    year = small_year()
    report = verified(year.bundle(record=year.with_leaves(year.record.leaves)), trust_text=year.trust)
    assert report.exit_code == 1
    assert "unaltered" not in report.closing()[0]


def test_leaves_of_a_registration_that_join_in_public_are_found():
    year, removed = small_year(), places("listing.removed")[0]
    leaves = list(year.record.leaves)
    told = {**json.loads(leaves[removed]), "prev_same_case": 5}
    leaves[removed] = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    report = verified(year.bundle(BundleKind.PUBLIC, record=year.with_leaves(leaves)))
    assert "shows everybody which leaf before it is of the same registration" in "\n".join(report.lines())


def test_a_bundle_without_the_policy_of_a_run_is_found():
    year = small_year()
    files = year.bundle(BundleKind.PUBLIC)
    used = recorded(places("match.run")[0]).fields["policy_hash"]
    del files[f"policies/{used}.yaml"]
    report = verified(resigned(year, files, BundleKind.PUBLIC))
    assert f"policies/{used}.yaml, by which leaf" in "\n".join(report.lines())
