"""A bundle verified: what holds is said in one line a check, what does not is found and named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.inquiry.replay import replay, replayer_of
from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.report import Verdict
from bequest.ledger.bundle import BundleKind, bundle
from bequest.ledger.errors import LedgerError
from demo_years import small_year
from ledger_mutations import resigned


def verified(files, **arguments):
    return verify_bundle(MemoryEvidence(files), **arguments).report


def findings(change, kind=BundleKind.REPLAY):
    """Return by name of the check what is found in a year that went otherwise."""
    report = verified(small_year().retold(change, kind))
    assert Verdict.BROKEN not in {check.verdict for check in report.checks}, report.lines()
    return {check.name: check.details for check in report.checks if check.verdict is Verdict.FINDING}


def changed(events, leaf, **fields):
    events[leaf] = replace(events[leaf], fields={**events[leaf].fields, **fields})


@pytest.mark.parametrize("kind", list(BundleKind))
def test_a_year_of_which_everything_is_as_it_must_be_has_no_findings(kind):
    report = verified(small_year().bundle(kind))
    assert report.exit_code == 0
    assert {check.verdict for check in report.checks} <= {Verdict.OK, Verdict.NOT_CHECKED}


def test_a_year_retold_as_it_was_has_no_findings():
    assert findings(lambda _: None) == {}


def test_who_refers_to_a_later_or_another_leaf_is_found():
    year = small_year()
    run, death = year.first("match.run"), year.first("death.certified")
    found = findings(lambda events: changed(events, run, available=death))
    assert found["gates"] == (f"leaf {run} (match.run) names leaf {death} as its 'available', which it is not.",)


def test_an_organ_released_without_death_is_found():
    year = small_year()
    organ, consent = year.first("organ.available"), year.first("consent.verified")
    found = findings(lambda events: changed(events, organ, death=consent))
    assert found["gates"][0].startswith(f"leaf {organ} (organ.available) names leaf {consent} as its 'death'")


def test_a_rank_passed_over_without_a_reason_is_found():
    year = small_year()
    offers = [leaf for leaf, each in enumerate(year.state.journal.recorded) if each.event.kind == "offer.made"]
    first = next(leaf for leaf in offers if year.state.journal.recorded[leaf].event.fields["rank"] == 2)
    run = year.state.journal.recorded[first].event.fields["run"]
    earlier = [
        leaf for leaf, each in enumerate(year.state.journal.recorded)
        if leaf < first and each.event.fields.get("run") == run and each.event.kind in {"offer.made", "skip"}
    ]  # fmt: skip
    other = next(leaf for leaf in offers if year.state.journal.recorded[leaf].event.fields["run"] != run)
    told = year.state.journal.recorded[other].event

    def change(events):
        for leaf in earlier:
            events[leaf] = replace(events[leaf], kind="service.degraded", fields={"part": "allocation"})

    found = findings(change)
    assert any(
        f"the offer of leaf {first} went to rank 2 while rank 1 was neither" in each for each in found["offers"]
    ), told


def test_an_offer_to_another_rank_than_its_row_has_is_found():
    year = small_year()
    offer = year.first("offer.made")
    rank = year.state.journal.recorded[offer].event.fields["rank"]
    found = findings(lambda events: changed(events, offer, rank=rank + 1))
    assert f"the offer of leaf {offer} names rank {rank + 1}, but no row" in found["offers"][0]


def test_a_part_accepted_twice_is_found():
    year = small_year()
    recorded = year.state.journal.recorded
    taken = {each.event.fields["run"]: each.event for each in recorded if each.event.kind == "offer.accepted"}
    refused = next(
        leaf for leaf, each in enumerate(recorded)
        if each.event.kind == "offer.refused" and each.event.fields["run"] in taken
    )  # fmt: skip
    event = taken[recorded[refused].event.fields["run"]]
    fields = {"run": event.fields["run"], "part": event.fields["part"]}

    def change(events):
        offer = events[refused].fields["offer"]
        events[refused] = replace(events[refused], kind="offer.accepted", fields={**fields, "offer": offer})

    assert any("accepts" in each and "had accepted" in each for each in findings(change)["offers"])


def test_an_offer_answered_twice_is_found():
    year = small_year()
    answers = [leaf for leaf, each in enumerate(year.state.journal.recorded) if each.event.kind == "offer.refused"]
    offer = year.state.journal.recorded[answers[0]].event.fields["offer"]
    run = year.state.journal.recorded[answers[0]].event.fields["run"]
    found = findings(lambda events: changed(events, answers[1], offer=offer, run=run))
    assert any("answers an offer that had ended" in each for each in found["offers"])


def test_a_transplant_of_something_else_than_was_accepted_is_found():
    year = small_year()
    leaf = year.first("organ.transplanted")
    found = findings(lambda events: changed(events, leaf, part=["pancreas"]))
    assert "is not what leaf" in found["offers"][0]


def test_a_run_by_a_policy_that_was_not_in_force_is_found():
    year = small_year()
    used = year.state.kept.ranked[0].run.policy.hash
    enacted = next(
        leaf for leaf, each in enumerate(year.state.journal.recorded)
        if each.event.kind == "policy.enacted" and each.event.fields["policy_hash"] == used
    )  # fmt: skip
    found = findings(lambda events: changed(events, enacted, effective_on="2030-01-01"))
    assert "used a policy that was not in force on" in found["policies"][0]


def test_a_policy_put_in_force_for_the_past_is_found():
    enacted = small_year().first("policy.enacted")
    found = findings(lambda events: changed(events, enacted, effective_on="2020-01-01"))
    assert found["policies"] == (f"leaf {enacted} puts a policy in force for days that were past.",)


def test_a_day_that_nobody_closed_is_found():
    year = small_year()

    def change(events):
        for leaf, event in list(events.items()):
            if event.fields.get("day") == "2026-01-05":
                events[leaf] = replace(event, kind="service.degraded", fields={"part": "allocation"})

    found = findings(change, BundleKind.PUBLIC)
    assert found == {"days": ("no hospital closed the day 2026-01-05, so that its referrals cannot be counted.",)}
    assert "does not follow the last day of its hospital" in findings(change)["referrals"][0]
    assert year.bundle()


def test_a_hospital_that_leaves_a_day_open_is_found():
    leaf = small_year().first("referral.day_closed", 5)
    gone = {"kind": "service.degraded", "fields": {"part": "allocation"}}
    found = findings(lambda events: events.update({leaf: replace(events[leaf], **gone)}), BundleKind.PUBLIC)
    assert "hospitals closed the day" in found["days"][0]


def test_a_referral_that_is_not_counted_is_found():
    leaf = small_year().first("donor.referred")
    found = findings(lambda events: changed(events, leaf, referral_number=9))
    assert f"the referral of leaf {leaf} has a number that leaves a gap or comes twice." in found["referrals"]


def test_counts_that_leave_somebody_out_are_found():
    year = small_year()
    leaf = year.first("match.run")
    left = year.state.journal.recorded[leaf].event.fields["not_ranked"]
    found = findings(lambda events: changed(events, leaf, not_ranked=left - 1 - len(year.state.kept.ranked[0].run)))
    assert "do not agree: somebody is neither ranked nor told why not" in found["counts"][0]


def test_a_time_that_goes_backwards_is_found():
    leaf = small_year().first("offer.made")
    found = findings(
        lambda events: events.update({leaf: replace(events[leaf], at=events[leaf].at - timedelta(days=1))})
    )
    assert found["times"] == (f"leaf {leaf} states an earlier time than the leaf before it.",)


def test_a_leaf_dated_after_the_witnesses_saw_it_is_found():
    last = len(small_year().record.leaves) - 1
    found = findings(
        lambda events: events.update({last: replace(events[last], at=events[last].at + timedelta(days=2))})
    )
    assert "does not lie between what the witnesses saw" in found["times"][0]


def test_a_controller_that_the_parties_do_not_name_is_found():
    year = small_year()
    leaf = year.first("consent.verified")
    found = verified(year.retold(lambda events: changed(events, leaf, controlled_by="court")))
    (broken,) = [check for check in found.checks if check.verdict is Verdict.BROKEN]
    assert (
        broken.words == f"the attestation of leaf {leaf} (consent.verified) is not signed by register.example/donors."
    )


def test_an_attestor_whose_key_nobody_names_counts_for_nothing():
    year = small_year()
    record = replace(year.record, parties={**year.record.parties, "attestors": []})
    report = verified(bundle(record, BundleKind.PUBLIC, signer=year.signer))
    assert report.attested["consent"].outside == 0
    assert report.exit_code == 1


def test_without_two_independent_witnesses_it_is_said():
    year = small_year()
    witnesses = [{**each, "independent_of_government": False} for each in year.record.parties["witnesses"]]
    record = replace(year.record, parties={**year.record.parties, "witnesses": witnesses})
    report = verified(bundle(record, BundleKind.PUBLIC, signer=year.signer))
    assert any("independent witnesses 0 of 3, no independent witness" in line for line in report.closing())


def test_a_log_that_does_not_begin_with_a_checkpoint_that_the_reader_kept_is_refused():
    year = small_year()
    forked = year.retold(lambda events: changed(events, 0, edition="other"))
    report = verified(forked, older=year.record.checkpoints)
    assert report.exit_code == 3
    assert "the log does not begin with the" in report.lines()[5]


def test_a_bundle_without_the_keys_of_a_reader_says_so():
    year = small_year()
    assert "The keys came from the bundle itself" in verified(year.bundle()).closing()[-2]
    assert not any("came from the bundle" in line for line in verified(year.bundle(), trust_text=year.trust).closing())


def test_what_every_bundle_opens_is_not_kept_closed():
    year = small_year()
    files = year.bundle(BundleKind.PUBLIC)
    lines = files["openings.jsonl"].splitlines(keepends=True)
    leaf = next(place for place, line in enumerate(lines) if b'"name":"rank"' in line)
    without = {**files, "openings.jsonl": b"".join(lines[:leaf] + lines[leaf + 1 :])}
    report = verified(resigned(year, without, BundleKind.PUBLIC))
    assert any("closed, which every bundle opens" in detail for check in report.checks for detail in check.details)


@pytest.mark.parametrize("word", ["ethical", "compliant", "certified", "clean", "WHO"])
def test_no_report_ever_praises(word):
    texts = [*verified(small_year().bundle()).lines(), *verified({}).lines()]
    texts += findings(lambda events: changed(events, small_year().first("donor.referred"), referral_number=9))[
        "referrals"
    ]
    assert not [line for line in texts if word in line]


def test_every_report_ends_with_what_it_does_not_show():
    for files in (small_year().bundle(), small_year().bundle(BundleKind.PUBLIC), {}):
        assert "Does not show: that any donor consented, was free, or was dead." in verified(files).closing()


def test_an_inquiry_opens_one_donation_and_no_other():
    year = small_year()
    report = verified(year.bundle(BundleKind.INQUIRY))
    assert report.exit_code == 0
    with pytest.raises(LedgerError, match="say which"):
        bundle(year.record, BundleKind.INQUIRY, signer=year.signer)
    with pytest.raises(LedgerError, match="No leaf belongs"):
        bundle(year.record, BundleKind.INQUIRY, signer=year.signer, case="0" * 32)


def test_what_a_list_was_counted_to_be_is_held_against_its_leaves():
    year = small_year()
    leaf = year.first("waitlist.snapshot")
    files = year.retold(lambda events: changed(events, leaf, registrations=1))
    found = verify_bundle(MemoryEvidence(files))
    told = list(replay(replayer_of(found), full=False, progress=lambda *_: None))
    assert told == [f"the list that leaf {leaf} counted is not the list that the leaves before it make"]


def test_figures_that_were_not_published_are_found():
    year = small_year()
    record = replace(year.record, exports={"other.csv": b"period,organ,event,count\n"})
    report = verified(bundle(record, BundleKind.PUBLIC, signer=year.signer))
    assert "export/other.csv is not a file whose publication stands in the log." in "\n".join(report.lines())


@pytest.mark.parametrize(("kind", "fields"), [("referral.day_closed", {"day": "2026-02-31"})])
def test_a_day_that_is_in_no_calendar_is_refused(kind, fields):
    year = small_year()
    leaf = year.first(kind)
    with pytest.raises(LedgerError, match="holds no day"):
        year.retold(lambda events: changed(events, leaf, **fields))


def test_a_transplant_of_an_acceptance_that_is_not_there_is_found():
    leaf = small_year().first("organ.transplanted")
    assert (
        f"leaf {leaf} (organ.transplanted) names leaf 100000"
        in findings(lambda e: changed(e, leaf, accepted=100_000))["gates"][0]
    )


def test_the_checks_are_counted_while_they_are_made():
    told = []
    found = verify_bundle(MemoryEvidence(small_year().bundle()), progress=lambda *each: told.append(each))
    count = len(found.report.checks)
    assert told == [(done, count) for done in range(count)]
