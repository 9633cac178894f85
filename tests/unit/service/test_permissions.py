"""Walks every cell of the decision table over HTTP: what is allowed is let through, everything else is refused."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from itertools import product
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection

from bequest.model.tables import read_rows
from bequest.registry.care_teams import Treated, declare_care_team
from bequest.registry.listings import Listing, list_candidate
from bequest.registry.reviews import Appointed, appoint_reviewers
from bequest.registry.withdrawals import ConsentToListingWithdrawn, withdraw_from_list
from bequest.service.models import Account, BreakGlass, Read
from bequest.service.roles import Action, Role, Verdict, action_words, belongs_to, cell_of, decision_table, role_words
from registry_offices import BEGIN, ask, kinds, people
from service_desks import Desk, forget, home, hospital, new_desk, own_registration
from service_donations import certifier, done, offered, opened_heart, ranked, reported, transplanted

_BEYOND = {401, 403}


class Rows:
    """Name a row of each kind at home, and one elsewhere."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.home, self.elsewhere = self._side(elsewhere=False), self._side(elsewhere=True)
        # From outside the home, and from inside the other centre.
        appointed = Appointed(home(elsewhere=True), ("physician", "centre_coordinator"), BEGIN + timedelta(days=365))
        appoint_reviewers(desk.office, ask("chair"), appointed)
        self.policy = desk.get("policy_office", "/policies").json()[0]["hash"]
        self.transplant, self.transplanted_to = transplanted(desk, ranked(desk, opened_heart(desk, number=3)))
        self.run = ranked(desk)
        self.offer, self.offered_to = offered(desk, self.run)
        run = desk.get("allocator", f"/runs/{self.run}").json()
        # Who certified the death treats the candidate: the offer stays open, and nobody can accept it.
        treated = Treated(run["places"][0]["registration"], ("dr-one",))
        declare_care_team(desk.office, ask(), treated)
        donation = run["donation"]
        self.offered = {**self.home, "donation": donation, "centre": self.offered_to}
        body = {"rank": 2, "reason": "logistics", "words": "the aeroplane cannot land"}
        self.override = desk.post("allocator", f"/runs/{self.run}/overrides", body).json()["event"]

    def _side(self, *, elsewhere: bool) -> dict[str, str]:
        facts = own_registration(elsewhere=elsewhere)
        suffix = "_elsewhere" if elsewhere else ""
        about, office = f"/registrations/{facts['registration']}", self.desk.office
        case = done(self.desk, f"centre_coordinator{suffix}", f"{about}/exceptions",
                    {"datum": "urgency", "level": "1", "evidence": "a catheter"})  # fmt: skip
        entry = done(self.desk, f"laboratory{suffix}", f"{about}/results", {"analysis": "antibodies", "result": "none"})
        # Somebody left the kidney list, and cannot leave it again.
        gone = {**facts, "registration": f"{facts['registration']}-2", "organ": "kidney"}
        list_candidate(office, ask(), Listing(gone))
        withdraw_from_list(office, ask(), ConsentToListingWithdrawn(gone["registration"]))
        name = "donor_coordinator_elsewhere" if elsewhere else "donor_coordinator"
        donation = reported(self.desk, name, number=2 if elsewhere else 1, at=hospital(elsewhere=elsewhere))
        pause = self.desk.post(name, f"/donors/{donation}/pauses", {"reason": "identity_doubt"}).json()["event"]
        told = {
            "register": "donor_register", "run_by": "the registrar", "looked_up_at": "2026-03-01T07:05:00Z",
            "answer": "yes",
        }  # fmt: skip
        look_up = self.desk.post(name, f"/donors/{donation}/look-ups", told).json()["event"]
        return {
            "registration": facts["registration"], "candidate": facts["candidate"], "donation": donation,
            "centre": facts["centre"], "hospital": hospital(elsewhere=elsewhere), "pause": pause, "look_up": look_up,
            "case": case, "entry": entry, "gone": gone["registration"],
        }  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    forget()
    with new_desk() as desk:
        yield Rows(desk)
    forget()


def asked(rows: Rows, action: Action, side: dict[str, str]):
    """Return method, address and body that ask for an action on the rows of a side."""
    registration, donation, run = side["registration"], side["donation"], rows.run
    facts = {**own_registration(), "registration": "R-999999", "candidate": "C-999999", "centre": side["centre"]}
    about = f"/registrations/{registration}"
    donor = f"/donors/{donation}"
    carried = f"{donor}/offers/{rows.offer}/shipment"
    report = {
        "donor": "D-9", "hospital": hospital(elsewhere=side is rows.elsewhere), "referrer": "ward 3",
        "referred_at": "2027-01-01T00:00:00Z", "ventilated": True, "cause_class": "other", "stage": "eligible",
    }  # fmt: skip
    consent = {
        "basis": "registered_yes",
        "organs": ["lung"],
        "recorded_at": "2027-01-01T00:00:00Z",
        "objection_found": True,
    }
    custody = {
        "result": "clear",
        "register": "prison_register",
        "lookback_months": 1,
        "checked_at": "2026-03-01T00:00:00Z",
    }
    death = {"criteria": "neurological", "declared_at": "2027-01-01T00:00:00Z", "certifiers": [certifier("one")]}
    look_up = {
        "register": "donor_register",
        "run_by": "the registrar",
        "looked_up_at": "2027-01-01T00:00:00Z",
        "answer": None,
    }
    gain = {
        "role": "next_of_kin",
        "person": "kin",
        "declared_at": "2027-01-01T00:00:00Z",
        "gain_offered": None,
        "intermediary_involved": None,
    }
    nothing, reason, later = None, {"reason": "of_no_list"}, "2027-01-01T00:00:00Z"
    backwards = {"from_at": later, "until_at": "2026-01-01T00:00:00Z"}
    pathway = {
        "decided_at": later, "decided_by": ["dr-a"], "approached_at": later, "kin_raised_it": None,
        "consented_acts": None, "expires_at": later,
    }  # fmt: skip
    signed = {
        "rule": "DON-11", "role": "magistrate", "person": "m", "organisation": "a court", "service": "justice",
        "signed_at": later,
    }  # fmt: skip
    imported = {
        "from_country": "YY", "donor_kind": "deceased", "document": "ab" * 32, "organisation": "transplant.example",
        "certificate": None,
    }  # fmt: skip
    correction = {"answer": "no_entry", "corrected_at": "2026-03-01T07:06:00Z", "signature": "00" * 64}
    sample = {"sample": "S-1", "drawn_by": "nurse", "blood_group": "O", "resulted_at": later}
    incident = {"happened_at": later, "severity": "of_no_list", "reporter": "team_member"}
    offer = f"/offers/{rows.offer}"
    table = {
        Action.POLICIES_READ: ("get", "/policies", nothing),
        Action.POLICIES_PROPOSE: ("post", "/policies", {"written": "policy: none"}),
        Action.POLICIES_ENACT: ("post", f"/policies/{rows.policy}/enactment", {"effective_on": "2026-01-01"}),
        Action.PLACES_READ: ("get", "/places", nothing),
        Action.REGISTRATIONS_BROWSE: ("get", "/registrations?organ=heart", nothing),
        Action.REGISTRATIONS_READ: ("get", about, nothing),
        Action.REGISTRATIONS_CREATE: ("post", "/registrations", {"facts": {**facts, "synthetic": "no"}}),
        Action.REGISTRATIONS_CHANGE: ("patch", about, {"facts": {"candidate": "another"}}),
        Action.REGISTRATIONS_SUSPEND: ("post", f"{about}/suspension", reason),
        Action.REGISTRATIONS_REMOVE: ("post", f"{about}/removal", reason),
        Action.DONORS_REPORT: ("post", "/donors", report),
        Action.DONORS_READ: ("get", donor, nothing),
        Action.CONSENTS_RECORD: ("post", f"{donor}/consents", consent),
        Action.CONSENTS_VERIFY: ("post", f"{donor}/consents/verification",
                                 {"register": "donor_register", "register_answer": "yes"}),
        Action.CONSENTS_REVOKE: ("post", f"{donor}/consents/revocation", {"by": "next_of_kin"}),
        Action.REGISTERS_LOOK_UP: ("post", f"{donor}/look-ups", look_up),
        Action.GAIN_DECLARE: ("post", f"{donor}/gain-declarations", gain),
        Action.IDENTITY_ESTABLISH: ("post", f"{donor}/identity", {"method": "of_no_list"}),
        Action.CUSTODY_RECORD: ("post", f"{donor}/custody-checks", custody),
        Action.DEATH_CERTIFY: ("post", f"{donor}/declarations", death),
        Action.ORGANS_OPEN: ("post", f"{donor}/organs/liver", {"facts": {}}),
        Action.RUNS_MAKE: ("post", f"{donor}/organs/liver/runs", {}),
        Action.RUNS_READ: ("get", f"/runs/{run}", nothing),
        Action.RUNS_EXPLAIN: ("get", f"/runs/{run}/explain/{registration}", nothing),
        Action.RUNS_COMPARE: ("get", f"/runs/{run}/diff/{run}", nothing),
        Action.OFFERS_BROWSE: ("get", "/offers", nothing),
        Action.OFFERS_READ: ("get", f"/offers/{rows.offer}", nothing),
        Action.OFFERS_MAKE: ("post", f"/runs/{run}/offers", {"rank": 9, "parts": ["heart"]}),
        Action.OFFERS_ACCEPT: ("post", f"/offers/{rows.offer}/acceptance", {}),
        Action.OFFERS_DECLINE: ("post", f"/offers/{rows.offer}/refusal", reason),
        Action.OFFERS_WITHDRAW: ("post", f"/offers/{rows.offer}/withdrawal", reason),
        Action.REGISTRATIONS_RECERTIFY: ("post", f"{about}/recertifications",
                                         {"datum": "of_no_list", "level": "1", "measured_at": later, "evidence": "e"}),
        Action.REGISTRATIONS_WITHDRAW: ("post", f"/registrations/{side['gone']}/consent-withdrawal", {}),
        Action.REGISTRATIONS_LIST_AGAIN: ("post", f"{about}/relisting",
                                          {"registration": "R-888888", "consented_on": "2026-03-01"}),
        Action.RESULTS_ENTER: ("post", f"{about}/results", {"analysis": "antibodies", "result": "XYZ"}),
        Action.RESULTS_CONFIRM: ("post", f"/results/{side['entry']}/confirmation", {"result": "XYZ"}),
        Action.RESULTS_UPLOAD: ("post", f"{about}/result-files",
                                {"analysis": "antibodies", "result": "XYZ", "document": "ab" * 32, "signer": "s"}),
        Action.REVIEWERS_APPOINT: ("post", f"/places/{side['centre']}/reviewers",
                                   {"members": ["r"], "until": "2020-01-01T00:00:00Z"}),
        Action.EXCEPTIONS_REQUEST: ("post", f"{about}/exceptions",
                                    {"datum": "of_no_list", "level": "1", "evidence": "e"}),
        Action.EVIDENCE_READ: ("get", f"/exceptions/{side['case']}/evidence", nothing),
        Action.CASES_REVIEW: ("post", f"/exceptions/{side['case']}/reviews", {"verdict": "maybe", **reason}),
        Action.EXCEPTIONS_DECIDE: ("post", f"/exceptions/{side['case']}/decision", reason),
        Action.APPEALS_OPEN: ("post", "/appeals",
                              {"registration": registration, "about": 0, "by": "candidate", "ground": "fact"}),
        Action.APPEALS_DECIDE: ("post", f"/appeals/{side['case']}/decision", reason),
        Action.CARE_TEAMS_DECLARE: ("post", f"{about}/care-team", {"doctors": ["dr-one"]}),
        Action.RESIDENCES_DECLARE: ("post", f"{about}/residence", {"resident": True, "agreement": "ab" * 32}),
        Action.FILTERS_SET: ("post", f"{about}/filters", {"name": "donor-age"}),
        Action.FILTERS_LIFT: ("post", f"{about}/filters/donor-age/lifting", {}),
        Action.CANDIDATES_ERASE: ("post", f"/candidates/{side['candidate']}/erasure", {"basis": "court_order"}),
        Action.PLACES_AUTHORISE: ("post", f"/places/{side['centre']}/authorisations",
                                  {"activity": "transplant", **backwards}),
        Action.PROGRAMMES_PAUSE: ("post", f"/programmes/{side['centre']}/liver/pause", {}),
        Action.PROGRAMMES_RESUME: ("post", f"/programmes/{side['centre']}/liver/resumption", {}),
        Action.REGISTERS_CORRECT: ("post", f"/look-ups/{side['look_up']}/correction", correction),
        Action.FAMILIES_CONTACT: ("post", f"{donor}/family",
                                  {"attempted_at": later, "reached": None, "reported_objection": None}),
        Action.CORONERS_RECORD: ("post", f"{donor}/coroner",
                                 {"organs": ["heart"], "released_at": later, "signer": "c"}),
        Action.HOLDS_RELEASE: ("post", f"{donor}/hold-releases", signed),
        Action.ROSTERS_DECLARE: ("post", f"{donor}/rosters",
                                 {"centre": side["centre"], "team": "recovery", "members": ["s"], **backwards}),
        Action.IMPORTS_ATTEST: ("post", f"{donor}/imports", imported),
        Action.PATHWAYS_OPEN: ("post", f"{donor}/pathway", pathway),
        Action.PATHWAYS_STAND_DOWN: ("post", f"{donor}/stand-down", {"reason": "medical"}),
        Action.OBSERVATIONS_START: ("post", f"{donor}/observation", {"at": later}),
        Action.OBSERVATIONS_END: ("post", f"{donor}/observation/end", {"at": later, "result": "complete"}),
        Action.BLOOD_GROUPS_RECORD: ("post", f"{donor}/blood-group", sample),
        Action.DONORS_CHARACTERISE: ("post", f"{donor}/characterisation", {"fields": ["age"]}),
        Action.RECOVERIES_PAUSE: ("post", f"{donor}/pauses", {"reason": "consent_doubt"}),
        Action.RECOVERIES_RESUME: ("post", f"/pauses/{side['pause']}/resumption",
                                   {"examined_at": "2026-01-01T00:00:00Z"}),
        Action.READS_CLOSE: ("post", "/reads/days/2099-01-01/closing", {}),
        Action.REGISTER_KEYS_ADD: ("post", "/registers/of_no_list/key", {"run_by": "x", "public_key": "00" * 32}),
        Action.RECOVERIES_STOP: ("post", f"/pauses/{side['pause']}/stop", reason),
        Action.RECOVERIES_ORDER: ("post", f"{donor}/recovery", {"organs": ["heart"]}),
        Action.DONORS_CLOSE: ("post", f"{donor}/closing", reason),
        Action.REFERRALS_STRIP: ("post", f"{donor}/stripping", {"reason": "no_consent"}),
        Action.DONORS_ERASE: ("post", f"{donor}/erasure", {"basis": "court_order"}),
        Action.DAYS_CLOSE: ("post", f"/hospitals/{side['hospital']}/days/2099-01-01/closing", {}),
        Action.OVERRIDES_REQUEST: ("post", f"/runs/{run}/overrides",
                                   {"rank": 9999, "reason": "logistics", "words": "none"}),
        Action.OVERRIDES_DECIDE: ("post", f"/overrides/{rows.override}/decision", {"approved": True}),
        Action.OFFERS_TELL: ("post", f"{offer}/told", {}),
        Action.OFFERS_SEE: ("post", f"{offer}/seen", {}),
        Action.CROSSMATCHES_RECORD: ("post", f"{offer}/crossmatch", {"result": "negative"}),
        Action.CANDIDATES_ADMIT: ("post", f"{offer}/admission", {"begins_at": "2026-01-01T00:00:00Z"}),
        Action.THEATRES_BOOK: ("post", f"{offer}/theatre", {"begins_at": "2026-01-01T00:00:00Z"}),
        Action.SHIPMENTS_SEND: ("post", carried, {
            "label": "ab" * 32, "items": [], "cold_since_at": later, "eta_at": later, "handed_by": "s", "taken_by": "c"
        }),
        Action.SHIPMENTS_SCAN: ("post", f"{carried}/scans", {
            "label": "ab" * 32, "scanned_at": later, "given_by": "c", "taken_by": "d"
        }),
        Action.SHIPMENTS_CHECK: ("post", f"{carried}/arrival", {
            "label": "ab" * 32, "blood_group": "O", "parts": ["heart"], "arrived_at": later, "read_by": "n",
            "confirmed_by": "m"
        }),
        Action.SHIPMENTS_READ: ("get", carried, nothing),
        Action.TRANSPLANTS_RECORD: ("post", f"{offer}/transplant",
                                    {"transplanted_at": later, "label_confirmed_by": "nurse"}),
        Action.OUTCOMES_RECORD: ("post", f"/transplants/{rows.transplant}/outcome",
                                 {"months": 1, "state": "of_no_list"}),
        Action.INCIDENTS_REPORT: ("post", "/incidents", incident),
        Action.DOWNTIMES_RECORD: ("post", "/downtimes", {"part": "interface", "begun_at": "2026-03-01T06:00:00Z"}),
        Action.PAPERS_ENTER: ("post", f"/runs/{run}/signature", {}),
        Action.RUNS_SIGN: ("post", f"/runs/{run}/signature", {}),
        Action.STAGES_BEGIN: ("post", f"/runs/{run}/stages", {"stage": "rescue", "evidence": "ab" * 32}),
        Action.BREAK_GLASS_OPEN: ("post", "/break-glass", {"reason": "legal_order", "words": "none", "minutes": 1}),
        Action.BREAK_GLASS_BROWSE: ("get", "/break-glass", nothing),
        Action.BREAK_GLASS_READ_OWN: ("get", f"{about}/openings", nothing),
        Action.ACCOUNTS_BROWSE: ("get", "/accounts", nothing),
        Action.READS_BROWSE: ("get", "/reads", nothing),
        Action.EXCHANGES_READ: ("get", "/exchange-agreements", nothing),
        Action.EXCHANGES_PROPOSE: ("post", "/exchange-agreements", {
            "country": "ZZ", "document": "ab" * 32, "published_at": later, "traceable_both_ways": None,
            "organisations": [{"name": "abroad", "kind": "competent_authority"}], "equivalent_standard": None,
        }),
        Action.EXCHANGES_ENACT: ("post", f"/exchange-agreements/{'ab' * 32}/enactment",
                                 {"effective_on": "2026-01-01"}),
        Action.EXCHANGES_END: ("post", f"/exchange-agreements/{'ab' * 32}/end", {}),
        Action.EXPORTS_MAKE: ("post", f"{donor}/organs/heart/exports",
                              {"document": "ab" * 32, "organisation": "abroad"}),
        Action.EXPORTS_READ: ("get", f"{donor}/exports", nothing),
        Action.EXPORTS_END: ("post", f"{donor}/exports/{'0' * 32}/end",
                             {"ended_as": "returned", "ended_on": "2026-03-01"}),
        Action.DISCARDS_RECORD: ("post", f"{donor}/discards",
                                 {"parts": ["heart"], "reason": "damage", "discarded_at": later, "discarded_by": "s",
                                  "witness": "w"}),
        Action.DISCARDS_READ: ("get", f"{donor}/discards", nothing),
    }  # fmt: skip
    return table[action]


_BROWSED = {Action.OFFERS_BROWSE, Action.REGISTRATIONS_BROWSE}


def is_of_offer(action: Action, role: Role) -> bool:
    """Return whether the relation of a cell is to the centre that was offered the heart, or got one."""
    verdict = cell_of(action, role).verdict
    offered = verdict is Verdict.OWN_OFFER or action is Action.OUTCOMES_RECORD
    return offered or (verdict is Verdict.AT_BEDSIDE and belongs_to(role) != "hospital")


def is_own(action: Action, *, elsewhere: bool, role: Role) -> bool:
    """Return whether the rows of a side belong to the account of a role."""
    verdict = cell_of(action, role).verdict
    if verdict is Verdict.ALLOW or action in _BROWSED:
        return True
    # The heart of the run is not placed.
    return not elsewhere and verdict is not Verdict.OWN_PLACED


def stationed(rows: Rows, role: Role, action: Action, *, elsewhere: bool) -> None:
    """Let the account of a role belong to where the relation of a cell asks for, or to another place."""
    if belongs_to(role) not in {"centre", "hospital"}:
        return
    of_hospital = belongs_to(role) == "hospital" or cell_of(action, role).verdict is Verdict.OWN_HOSPITAL
    place = hospital() if of_hospital else home()
    if is_of_offer(action, role):
        got = rows.transplanted_to if action is Action.OUTCOMES_RECORD else rows.offered_to
        place = next(each for each in (home(), home(elsewhere=True)) if each != got) if elsewhere else got
    Account.objects.filter(pk=rows.desk.accounts[role.value].pk).update(centre=place)


def send(rows: Rows, role: Role, action: Action, *, elsewhere: bool) -> int:
    """Ask for an action as a role, and return the status."""
    stationed(rows, role, action, elsewhere=elsewhere)
    side = rows.offered if is_of_offer(action, role) else rows.elsewhere if elsewhere else rows.home
    method, address, body = asked(rows, action, side)
    late = {"Happened-At": "2026-03-01T07:00:00Z"} if action is Action.PAPERS_ENTER else {}
    # What another cell opened in an emergency stays open for a while; this one is asked as if nobody had.
    with patch("bequest.service.permission._open_glass", return_value=None):
        answer = (
            rows.desk.get(role.value, address)
            if method == "get"
            else getattr(rows.desk, method)(role.value, address, body, **{"If-Match": '"none"', **late})
        )
    stationed(rows, role, Action.POLICIES_READ, elsewhere=False)
    return answer.status_code


def test_the_table_has_one_cell_for_each_action_and_role():
    cells = [(row["action"], row["role"]) for row in read_rows("service/permissions.csv")]
    assert Counter(cells) == Counter((action.value, role.value) for action, role in product(Action, Role))
    assert set(decision_table()) == set(product(Action, Role))


def test_every_action_and_role_is_told_in_words():
    assert set(action_words()) == set(Action)
    assert set(role_words()) == set(Role)


def test_a_cell_that_is_not_in_the_table_is_denied(monkeypatch):
    monkeypatch.setattr("bequest.service.roles.decision_table", dict)
    assert {cell_of(action, role).verdict for action, role in product(Action, Role)} == {Verdict.DENY}


CELLS = [(action, role, False) for action, role in product(Action, Role)]
# A cell that asks for a relation is asked from elsewhere as well.
CELLS += [
    (action, role, True)
    for action, role in product(Action, Role)
    if cell_of(action, role).verdict not in {Verdict.ALLOW, Verdict.DENY}
]


@pytest.mark.parametrize(("action", "role", "elsewhere"), CELLS)
def test_every_cell_holds_over_http(rows, action, role, elsewhere):
    cell = cell_of(action, role)
    allowed = cell.verdict is not Verdict.DENY and is_own(action, elsewhere=elsewhere, role=role)
    before = kinds(rows.desk.office)
    status = send(rows, role, action, elsewhere=elsewhere)
    if allowed:
        assert status not in _BEYOND
        assert status in {200, 201, 409, 412, 422}
    else:
        assert status == 403
        assert kinds(rows.desk.office) == before


@pytest.mark.parametrize("action", Action, ids=lambda action: action.value)
def test_nobody_who_is_not_signed_in_gets_anything(rows, action):
    method, address, body = asked(rows, action, rows.home)
    answer = rows.desk.get(None, address) if method == "get" else getattr(rows.desk, method)(None, address, body)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_denial_says_who_may_not_do_what(rows):
    told = rows.desk.get("operator", f"/registrations/{rows.home['registration']}").json()
    assert told["detail"] == (
        "Your role (runs the machine: accounts and services, no clinical data) may not read a registration."
    )
    assert told["type"] == "urn:bequest:problem:denied"


def test_who_may_see_no_registration_does_not_learn_whether_one_exists(rows):
    there = rows.desk.get("operator", f"/registrations/{rows.home['registration']}").json()
    assert rows.desk.get("operator", "/registrations/R-nobody").json() == there


def test_a_centre_lists_its_own_registrations_only(rows):
    listed = rows.desk.get("centre_coordinator", "/registrations?organ=heart&limit=200").json()["registrations"]
    own = [each["registration"] for each in people().registrations if each["centre"] == home()]
    assert [each["registration"] for each in listed] == sorted(own)


def test_a_centre_sees_of_a_run_its_own_rows_only(rows):
    account = rows.desk.accounts["physician"]
    Account.objects.filter(pk=account.pk).update(centre=rows.offered_to)
    places = rows.desk.get("physician", f"/runs/{rows.run}?limit=200").json()["places"]
    Account.objects.filter(pk=account.pk).update(centre=home())
    assert {each["centre"] for each in places} == {rows.offered_to, None}
    assert [each["registration"] is None for each in places] == [each["centre"] is None for each in places]


def test_every_look_at_a_person_is_written_down(rows):
    before = Read.objects.count()
    rows.desk.get("auditor", f"/registrations/{rows.home['registration']}")
    rows.desk.get("operator", f"/registrations/{rows.home['registration']}")
    newest = rows.desk.get("auditor", "/reads").json()["reads"][0]
    assert Read.objects.count() == before + 2
    assert (newest["account"], newest["action"], newest["subject"]) == (
        "auditor", "registrations.read", f"registration {rows.home['registration']}",
    )  # fmt: skip


def test_a_break_glass_opens_a_registration_elsewhere_until_its_time_is_over(desk, monkeypatch):
    clock = desk.office.clock
    monkeypatch.setattr("bequest.service.permission.now", clock)
    about = f"/registrations/{own_registration(elsewhere=True)['registration']}"
    assert desk.get("physician", about).status_code == 403
    body = {"reason": "life_threatening", "words": "found unconscious, file needed", "minutes": 30}
    opened = desk.post("physician", "/break-glass", body)
    assert (opened.status_code, kinds(desk.office)[-1]) == (201, "access.breakglass")
    assert desk.get("physician", about).status_code == 200
    assert Read.objects.order_by("-id").first().break_glass_id == opened.json()["event"]
    assert desk.get("physician", "/offers").status_code == 200
    assert desk.post("physician", f"{about}/suspension", {"reason": "medical"}).status_code == 403
    clock.advance(minutes=31)
    assert desk.get("physician", about).status_code == 403


def test_whoever_oversees_and_whom_it_is_about_read_who_opened_a_file_in_an_emergency(rows, caplog, monkeypatch):
    desk, name = rows.desk, own_registration(elsewhere=True)["registration"]
    monkeypatch.setattr("bequest.service.permission.now", desk.office.clock)
    caplog.set_level("INFO", logger="bequest.security")
    events = []
    for role, words in (("physician", "found unconscious"), ("centre_coordinator", "a recall")):
        body = {"reason": "life_threatening", "words": words, "minutes": 30}
        events.append(desk.post(role, "/break-glass", body).json()["event"])
        for _ in range(2):
            assert desk.get(role, f"/registrations/{name}").status_code == 200
    lines = [json.loads(record.message) for record in caplog.records]
    told = [(line["reason"], line["opened"]) for line in lines if line["event"] == "break_glass_opened"]
    assert told == [("life_threatening", event) for event in events]
    first = desk.get("auditor", "/break-glass?limit=1").json()
    second = desk.get("auditor", f"/break-glass?limit=1&cursor={first['next']}").json()
    newest, before = first["openings"][0], second["openings"][0]
    assert [each["event"] for each in (before, newest)] == events
    assert (before["account"], before["words"], before["looked_at"]) == (
        "physician", "found unconscious", [f"registration {name}"],
    )  # fmt: skip
    own = desk.get("auditor", f"/registrations/{name}/openings").json()["openings"]
    assert [(each["event"], each["role"]) for each in own] == [
        (events[1], "centre_coordinator"), (events[0], "physician"),
    ]  # fmt: skip
    assert desk.get("patient", f"/registrations/{name}/openings").status_code == 403
    home = rows.home["registration"]
    assert desk.get("patient", f"/registrations/{home}/openings").json() == {"openings": []}
    glass = BreakGlass.objects.get(event_id=events[0])
    seen = {"account": glass.account, "action": "runs.explain", "break_glass": glass}
    for about in (f"run {'0' * 32} registration {home}", f"run {'0' * 32} registration {home}0"):
        Read.objects.create(**seen, at="2026-03-01T09:00:00.000000Z", subject=about)
    assert desk.get("patient", f"/registrations/{home}/openings").json()["openings"] == [
        {"event": events[0], "role": "physician", "reason": "life_threatening", "at": "2026-03-01T09:00:00.000000Z"}
    ]


@pytest.mark.parametrize("statement", [
    "UPDATE service_read SET subject = 'nothing'", "DELETE FROM service_read", "DELETE FROM service_breakglass",
])  # fmt: skip
def test_who_looked_at_what_is_never_altered_or_deleted(each_desk, statement):
    each_desk.post("physician", "/break-glass", {"reason": "legal_order", "words": "none", "minutes": 1})
    each_desk.get("auditor", "/reads")
    with pytest.raises(IntegrityError, match="never altered"), connection.cursor() as cursor:
        cursor.execute(statement)
