"""Anybody leaves a report that the office cannot read, without signing in, and anybody may fetch what was left."""

import base64

import pytest
from django.conf import settings

from bequest.ledger.sealed_report import BLOCK_BYTES, joined
from bequest.service.inquiry_key import InquiryKey
from service_desks import forget, new_desk

KEY = InquiryKey("Ombudsman of invented people", "a public key as PEM", bytes(range(32)))


def sealed(fill=b"x", key=KEY.sha256):
    return joined(key, fill * (32 + 16 + BLOCK_BYTES))


def body(report):
    return {"report": base64.b64encode(report).decode()}


@pytest.fixture
def desk():
    forget()
    with new_desk() as given:
        yield given
    forget()


@pytest.fixture
def inquiry(monkeypatch):
    monkeypatch.setattr(settings, "BEQUEST_INQUIRY_KEY", KEY)
    return KEY


def test_everybody_reads_to_which_key_a_report_is_sealed_and_who_holds_it(desk, inquiry):
    told = desk.get(None, "/inquiry-key").json()
    assert told == {"held_by": inquiry.held_by, "public_key": inquiry.pem, "sha256": inquiry.sha256.hex()}


def test_a_report_is_left_without_a_name_and_fetched_as_it_came(desk, inquiry):
    first = desk.post(None, "/sealed-reports", body(sealed(b"a")))
    assert first.status_code == 201, first.content
    assert desk.post(None, "/sealed-reports", body(sealed(b"a"))).json() == first.json()
    second = desk.post("physician", "/sealed-reports", body(sealed(b"b"))).json()
    page = desk.get(None, "/sealed-reports?limit=1").json()
    (newest,) = page["reports"]
    assert (newest["leaf"], base64.b64decode(newest["report"])) == (second["leaf"], sealed(b"b"))
    (oldest,) = desk.get(None, f"/sealed-reports?limit=1&cursor={page['next']}").json()["reports"]
    assert (oldest["leaf"], oldest["inquiry_key"]) == (first.json()["leaf"], inquiry.sha256.hex())


@pytest.mark.parametrize(("report", "said"), [
    (body(b"a letter"), "no sealed report"),
    (body(sealed(key=bytes(32))), "sealed to another key"),
    ({"report": "abc"}, "no base64"),
    ({"report": "a b"}, "not as it must be"),
    (body(sealed()) | {"who": "me"}, "not as it must be"),
])  # fmt: skip
def test_what_the_inquiry_could_not_open_is_refused_with_a_sentence(desk, inquiry, report, said):
    answer = desk.post(None, "/sealed-reports", report)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert desk.get(None, "/sealed-reports").json() == {"reports": [], "next": None}


def test_an_office_without_an_inquiry_key_says_so(desk):
    for answer in (desk.get(None, "/inquiry-key"), desk.post(None, "/sealed-reports", body(sealed()))):
        assert answer.status_code == 404
        assert "names no inquiry key" in answer.json()["detail"]
