"""Walks every cell of the decision table over HTTP: what is allowed is let through, everything else is refused."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from django.db import IntegrityError, connection

from bequest.model.tables import read_rows
from bequest.service.models import Account, Read
from bequest.service.roles import Action, Role, Verdict, action_words, cell_of, decision_table, role_words
from registry_offices import kinds, people
from service_desks import Desk, forget, home, hospital, new_desk, own_registration
from service_donations import certifier, ranked, reported

_BEYOND = {401, 403}


class Rows:
    """Name a row of each kind at home, and one elsewhere."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.home, self.elsewhere = self._side(elsewhere=False), self._side(elsewhere=True)
        self.run = ranked(desk)
        self.policy = desk.get("policy_office", "/policies").json()[0]["hash"]
        place = desk.get("allocator", f"/runs/{self.run}").json()["places"][0]
        made = desk.post("allocator", f"/runs/{self.run}/offers", {"rank": 1, "parts": ["heart"]})
        self.offer, self.offered_to = made.json()["offer"], place["centre"]

    def _side(self, *, elsewhere: bool) -> dict[str, str]:
        facts = own_registration(elsewhere=elsewhere)
        name = "donor_coordinator_elsewhere" if elsewhere else "donor_coordinator"
        donation = reported(self.desk, name, number=2 if elsewhere else 1, at=hospital(elsewhere=elsewhere))
        return {"registration": facts["registration"], "donation": donation, "centre": facts["centre"]}


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
    nothing, reason = None, {"reason": "of_no_list"}
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
        Action.RUNS_SIGN: ("post", f"/runs/{run}/signature", {}),
        Action.STAGES_BEGIN: ("post", f"/runs/{run}/stages", {"stage": "rescue", "evidence": "ab" * 32}),
        Action.BREAK_GLASS_OPEN: ("post", "/break-glass", {"reason": "legal_order", "words": "none", "minutes": 1}),
        Action.ACCOUNTS_BROWSE: ("get", "/accounts", nothing),
        Action.READS_BROWSE: ("get", "/reads", nothing),
    }  # fmt: skip
    return table[action]


_OF_OFFER = {Action.RUNS_READ, Action.OFFERS_READ, Action.OFFERS_ACCEPT, Action.OFFERS_DECLINE}
_BROWSED = {Action.OFFERS_BROWSE, Action.REGISTRATIONS_BROWSE}


def is_own(rows: Rows, action: Action, *, elsewhere: bool, role: Role) -> bool:
    """Return whether the rows of a side belong to the account of a role."""
    verdict = cell_of(action, role).verdict
    if verdict is Verdict.ALLOW or action in _BROWSED:
        return True
    if action is Action.DONORS_READ and verdict is Verdict.OWN_OFFER:
        # Nothing of these two donors was offered to anybody.
        return False
    if action in _OF_OFFER:
        return rows.offered_to == home()
    # The heart of the run is not placed.
    return not elsewhere and verdict is not Verdict.OWN_PLACED


def send(rows: Rows, role: Role, action: Action, *, elsewhere: bool) -> int:
    """Ask for an action as a role, and return the status."""
    method, address, body = asked(rows, action, rows.elsewhere if elsewhere else rows.home)
    answer = (
        rows.desk.get(role.value, address)
        if method == "get"
        else getattr(rows.desk, method)(role.value, address, body, **{"If-Match": '"none"'})
    )
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
    allowed = cell.verdict is not Verdict.DENY and is_own(rows, action, elsewhere=elsewhere, role=role)
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


@pytest.mark.parametrize("statement", [
    "UPDATE service_read SET subject = 'nothing'", "DELETE FROM service_read", "DELETE FROM service_breakglass",
])  # fmt: skip
def test_who_looked_at_what_is_never_altered_or_deleted(each_desk, statement):
    each_desk.post("physician", "/break-glass", {"reason": "legal_order", "words": "none", "minutes": 1})
    each_desk.get("auditor", "/reads")
    with pytest.raises(IntegrityError, match="never altered"), connection.cursor() as cursor:
        cursor.execute(statement)
