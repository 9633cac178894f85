from __future__ import annotations

import json
import logging
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.test import Client, override_settings

from bequest.registry import recording
from bequest.registry.listings import Change, change_registration
from bequest.service import protection
from bequest.service.accounts import end_factors, own_password_chosen, set_password
from bequest.service.office import now
from bequest.service.protection import WRITES_A_MINUTE, Rate
from bequest.service.sessions import forget_ended_sessions
from bequest.service.settings import settings_from
from bequest.service.sign_in import SealedFactors, keep_token
from registry_offices import ask, kinds
from service_desks import forget, new_desk
from service_donations import consent, reported

PASSWORD = "a heron waits by the weir"  # noqa: S105  of tests
LOGIN = "/accounts/login/"


@pytest.fixture
def person(desk):
    """Return the name of an account whose owner has chosen a password."""
    set_password("allocator", PASSWORD)
    own_password_chosen(desk.accounts["allocator"].user)
    return "allocator"


def sign_in(client, name, password=PASSWORD):
    """Sign in on the page."""
    return client.post(LOGIN, {"login": name, "password": password})


def totp_code(secret):
    """Return the code that a telephone would show now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_somebody_signs_in_with_name_and_password(person):
    client = Client()
    assert sign_in(client, person).status_code == 302
    assert client.get("/api/v1/me").json()["name"] == person


def test_a_session_from_before_the_sign_in_is_not_gone_on_with(person):
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["bequest-session"] = before = session.session_key
    sign_in(client, person)
    after = client.cookies["bequest-session"].value
    assert after != before
    stranger = Client()
    stranger.cookies["bequest-session"] = before
    assert stranger.get("/api/v1/me").status_code == 401


def test_a_session_that_nobody_uses_ends(person, monkeypatch):
    client, begun = Client(), now()
    sign_in(client, person)
    for minutes, status in ((50, 200), (100, 200), (170, 401), (171, 401)):
        monkeypatch.setattr(protection, "now", lambda minutes=minutes: begun + timedelta(minutes=minutes))
        assert client.get("/api/v1/me").status_code == status


def test_a_session_in_use_ends_after_twelve_hours(person, monkeypatch):
    client, begun = Client(), now()
    sign_in(client, person)
    answers = []
    for minutes in range(0, 750, 30):
        monkeypatch.setattr(protection, "now", lambda minutes=minutes: begun + timedelta(minutes=minutes))
        answers.append(client.get("/api/v1/me").status_code)
    assert answers == [*[200] * 24, 401]


def test_a_form_without_the_token_against_forgery_is_refused(person):
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client, person)
    assert answer.status_code == 403
    assert b"load it again" in answer.content


def test_a_change_by_session_without_the_token_against_forgery_is_refused(desk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.accounts["donor_coordinator"].user,
                       backend="allauth.account.auth_backends.AuthenticationBackend")  # fmt: skip
    before = kinds(desk.office)
    answer = client.post("/api/v1/donors", data="{}", content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:bequest:problem:forged")
    assert kinds(desk.office) == before


def test_a_token_needs_no_token_against_forgery_and_ends(desk):
    client = Client(enforce_csrf_checks=True)
    keep_token(desk.accounts["auditor"], "bequest_one", expires_at=now() + timedelta(minutes=1))
    keep_token(desk.accounts["auditor"], "bequest_old", expires_at=now() - timedelta(minutes=1))
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer bequest_one"}).json()["role"] == "auditor"
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer bequest_old"}).status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": "Bearer none"}).status_code == 401


def test_a_token_of_a_closed_account_lets_nobody_in(desk):
    keep_token(desk.accounts["auditor"], "bequest_one", expires_at=now() + timedelta(minutes=1))
    User.objects.filter(username="auditor").update(is_active=False)
    assert Client().get("/api/v1/me", headers={"Authorization": "Bearer bequest_one"}).status_code == 401


def test_nobody_signs_up(desk):
    before = User.objects.count()
    Client().post("/accounts/signup/", {"username": "stranger", "password1": PASSWORD})
    assert User.objects.count() == before
    assert b"closed" in Client().get("/accounts/signup/").content.lower()


def test_who_guesses_passwords_is_stopped_after_five(person):
    client = Client()
    tries = [sign_in(client, person, "wrong horse") for _ in range(5)]
    assert [each.status_code for each in tries] == [200] * 5
    assert sign_in(client, person).status_code == 200
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.postgres
def test_all_processes_of_a_nation_count_wrong_passwords_together(tmp_path):
    (tmp_path / "wrapping").write_bytes(bytes(32))
    (tmp_path / "secret").write_text("0123456789abcdefghijklmnopqrstuvwxyz-0123456789-abcdefg")
    shared = settings_from({
        "BEQUEST_MODE": "demo", "BEQUEST_DATABASE": "postgresql://db.example/bequest",
        "BEQUEST_SECRET_KEY_FILE": str(tmp_path / "secret"), "BEQUEST_WRAPPING_KEY_FILE": str(tmp_path / "wrapping"),
    })  # fmt: skip
    forget()
    with new_desk("postgresql") as desk:
        set_password("allocator", PASSWORD)
        own_password_chosen(desk.accounts["allocator"].user)
        for _ in range(5):
            # Nothing is remembered from one to the next but what the database holds.
            with override_settings(CACHES=shared["CACHES"]):
                assert sign_in(Client(), "allocator", "wrong horse").status_code == 200
        with override_settings(CACHES=shared["CACHES"]):
            assert isinstance(caches["default"], DatabaseCache)
            assert sign_in(Client(), "allocator").status_code == 200
        assert sign_in(Client(), "allocator").status_code == 302


def test_who_asks_too_often_is_told_to_wait(desk):
    client = Client()
    answers = [client.post("/api/v1/donors") for _ in range(WRITES_A_MINUTE + 10)]
    last = answers[-1]
    assert answers[0].status_code == 401
    assert (last.status_code, last["Content-Type"]) == (429, "application/problem+json")
    assert int(last["Retry-After"]) >= 1


def test_tokens_of_a_rate_come_back_evenly():
    rate = Rate(60)
    assert [rate.seconds_to_wait("one", 0.0) for _ in range(61)] == [0] * 60 + [2]
    assert rate.seconds_to_wait("two", 0.0) == 0
    assert rate.seconds_to_wait("one", 1.5) == 0


def test_every_answer_carries_what_guards_it_and_where_the_source_is(desk):
    for address in ("/", LOGIN, "/api/v1/", "/nowhere", "/api/v1/nowhere"):
        answer = Client().get(address)
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Source"] == "http://testserver/source/"


@pytest.mark.parametrize("address", ["/", LOGIN, "/api/v1/", "/api/v1/ledger/head", "/nowhere", "/api/v1/nowhere"])
def test_nothing_but_static_files_is_kept_by_a_cache(desk, address):
    assert Client().get(address)["Cache-Control"] == "no-store, private"


def test_a_static_file_may_be_kept(desk):
    answer = Client().get("/static/bequest/page.css")
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, False)
    answer.close()


@override_settings(SECURE_SSL_REDIRECT=True)
def test_the_api_answers_nobody_over_plain_http(desk):
    answer = Client().get("/api/v1/me", headers={"Authorization": "Bearer bequest_one"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:bequest:problem:plain-http")
    assert "Location" not in answer
    assert Client().get("/api/v1/", secure=True).status_code == 200


def test_a_strange_host_is_refused_and_repeated_nowhere(desk):
    answer = Client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil" not in answer.content
    assert "evil" not in answer["X-Source"]


def test_every_page_names_the_source_in_its_footer(desk):
    for address in ("/", LOGIN, "/api/v1/docs", "/nowhere", "/accounts/signup/", "/accounts/password/reset/"):
        assert b'<a href="http://testserver/source/">' in Client().get(address).content


def test_the_source_is_handed_out(desk):
    answer = Client().get("/source/")
    assert answer["Content-Type"] == "application/zip"
    assert b"src/bequest/service/pages.py" in answer.content


def test_no_page_asks_another_host_for_anything(desk):
    for address in ("/", LOGIN, "/api/v1/docs"):
        page = Client().get(address).content.decode()
        named = re.findall(r'(?:src|href|action)="([^"]*)"', page)
        assert named
        assert {each for each in named if not each.startswith(("/", "#"))} == {"http://testserver/source/"}


def test_a_right_to_left_language_turns_the_page(desk):
    page = Client().get(LOGIN, headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl">' in page


@override_settings(BEQUEST_SECOND_FACTOR=True)
def test_a_password_alone_leads_to_the_second_factor_and_nowhere_else(person):
    client = Client()
    sign_in(client, person)
    assert client.get("/").headers["Location"] == "/accounts/2fa/"
    told = client.get("/api/v1/me")
    assert (told.status_code, told.json()["type"]) == (403, "urn:bequest:problem:second-factor")


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True)
def test_in_production_everything_goes_over_tls(desk):
    assert Client().get("/").headers["Location"] == "https://testserver/"
    answer = Client().get("/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    "address", ["/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/", "/accounts/sessions/"]
)
def test_the_pages_of_ones_own_account_are_in_our_frame(person, address):
    client = Client()
    sign_in(client, person)
    page = client.get(address)
    assert page.status_code == 200
    assert b'<a class="name" href="/">' in page.content


@override_settings(BEQUEST_SECOND_FACTOR=True)
def test_a_password_that_was_given_leads_to_the_choice_of_ones_own_and_nowhere_else(desk):
    set_password("allocator", PASSWORD)
    client, own = Client(), "two herons wait by the weir"
    sign_in(client, "allocator")
    for address in ("/", "/accounts/2fa/", "/accounts/sessions/"):
        assert client.get(address).headers["Location"] == "/accounts/password/change/"
    refused = client.get("/api/v1/me")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:bequest:problem:own-password")
    form = {"oldpassword": PASSWORD, "password1": own, "password2": own}
    assert client.get("/accounts/password/change/").status_code == 200
    assert client.post("/accounts/password/change/", {**form, "password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/password/change/", form)
    assert client.get("/").headers["Location"] == "/accounts/2fa/"
    with override_settings(BEQUEST_SECOND_FACTOR=False):
        assert client.get("/api/v1/me").status_code == 200
    set_password("allocator", PASSWORD)
    sign_in(client, "allocator")
    assert client.get("/").headers["Location"] == "/accounts/password/change/"


@override_settings(BEQUEST_SECOND_FACTOR=True)
def test_whoever_signs_in_at_a_provider_still_needs_the_second_factor_of_the_service(desk):
    user = desk.accounts["auditor"].user
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "provider": "office", "at": 0}]
    session.save()
    refused = client.get("/api/v1/me")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:bequest:problem:second-factor")


def test_somebody_sees_their_sessions_and_ends_the_others(person):
    here, elsewhere = Client(headers={"User-Agent": "Browser here"}), Client(headers={"User-Agent": "Browser there"})
    sign_in(elsewhere, person)
    sign_in(here, person)
    page = here.get("/accounts/sessions/").content.decode()
    assert "Browser here" in page
    assert "Browser there" in page
    here.post("/accounts/sessions/")
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert here.get("/api/v1/me").status_code == 200
    assert "Browser there" not in here.get("/accounts/sessions/").content.decode()


def test_what_was_kept_of_a_session_goes_with_it(person, desk):
    client = Client()
    sign_in(client, person)
    assert forget_ended_sessions("default", now()) == 0
    assert UserSession.objects.count() == 1
    assert forget_ended_sessions("default", now() + timedelta(days=40)) == 1
    assert UserSession.objects.count() == 0
    assert client.get("/api/v1/me").status_code == 401


def test_a_second_factor_is_asked_for_once_it_is_set_up(person, desk):
    TOTP.activate(desk.accounts[person].user, generate_totp_secret())
    client = Client()
    assert sign_in(client, person).headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/api/v1/me").status_code == 401
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert client.get("/api/v1/me").status_code == 401


def test_a_code_of_the_second_factor_signs_in_and_what_it_is_made_from_is_kept_sealed(person, desk):
    secret = generate_totp_secret()
    user = desk.accounts[person].user
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user)
    kept = {each.type: each.data for each in Authenticator.objects.filter(user=user)}
    assert secret not in str(kept)
    assert SealedFactors().decrypt(kept["recovery_codes"]["seed"]) not in str(kept)
    for code in (totp_code(secret), codes.get_unused_codes()[0]):
        client = Client()
        sign_in(client, person)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.get("/api/v1/me").json()["name"] == person


@pytest.mark.parametrize(
    ("kept", "status"), [("{secret}", 200), ("sealed:{secret}", 401), ("sealed:", 401), ("sealed:?", 401)]
)
def test_a_secret_from_before_it_was_sealed_still_signs_in_and_one_that_cannot_be_opened_does_not(
    person, desk, kept, status
):
    secret = generate_totp_secret()
    Authenticator.objects.create(
        user=desk.accounts[person].user, type="totp", data={"secret": kept.format(secret=secret)}
    )
    client = Client()
    sign_in(client, person)
    assert client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)}).status_code in {200, 302}
    assert client.get("/api/v1/me").status_code == status


def test_a_recovery_code_is_used_once(person, desk):
    user = desk.accounts[person].user
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    for status in (200, 401):
        client = Client()
        sign_in(client, person)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.get("/api/v1/me").status_code == status


def test_a_lost_second_factor_is_ended_with_every_session(person, desk):
    client = Client()
    sign_in(client, person)
    TOTP.activate(desk.accounts[person].user, generate_totp_secret())
    assert end_factors(person) == 1
    assert client.get("/api/v1/me").status_code == 401
    with override_settings(BEQUEST_SECOND_FACTOR=True):
        sign_in(client, person)
        assert client.get("/").headers["Location"] == "/accounts/2fa/"


def test_sign_ins_and_denials_are_written_down_without_a_name(person, desk, monkeypatch):
    lines = []
    monkeypatch.setattr(logging.getLogger("bequest.security"), "info", lines.append)
    client, number = Client(), desk.accounts[person].user_id
    sign_in(client, person, "wrong horse")
    sign_in(client, person)
    client.get("/api/v1/accounts")
    client.post("/accounts/logout/")
    told = [json.loads(line) for line in lines]
    assert [(each["event"], each["account"]) for each in told] == [
        ("sign_in_failed", None), ("signed_in", number), ("denied", number), ("signed_out", number),
    ]  # fmt: skip
    assert told[2]["action"] == "accounts.browse"
    assert all(each["at"].endswith("Z") for each in told)
    assert "wrong horse" not in "".join(lines)
    assert '"account": "' not in "".join(lines)


def test_the_same_key_with_the_same_content_is_done_once(desk):
    donation = reported(desk)
    who, address, body = consent(donation)
    first, again = (desk.post(who, address, body, key="one-and-the-same") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert kinds(desk.office).count("consent.recorded") == 1


def test_the_same_key_with_other_content_is_refused(desk):
    donation = reported(desk)
    who, address, body = consent(donation)
    desk.post(who, address, body, key="one-and-the-same")
    answer = desk.post(who, address, {**body, "organs": ["lung"]}, key="one-and-the-same")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:bequest:problem:request-key")


def test_keys_of_two_accounts_never_meet(desk):
    body = {"reason": "legal_order", "words": "none", "minutes": 1}
    assert desk.post("physician", "/break-glass", body, key="the-same-key").status_code == 201
    assert desk.post("centre_coordinator", "/break-glass", body, key="the-same-key").status_code == 201
    assert kinds(desk.office)[-2:] == ["access.breakglass"] * 2


def test_a_change_without_a_key_is_refused(desk):
    answer = desk.client("donor_coordinator").post("/api/v1/donors", data="{}", content_type="application/json")
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


def test_what_has_not_changed_is_not_sent_again(desk):
    first = desk.get(None, "/ledger/head")
    again = desk.get(None, "/ledger/head", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_a_registration_is_changed_as_it_was_seen_and_not_otherwise(desk):
    own = desk.get("list_keeper", "/registrations?organ=heart").json()["registrations"][0]["registration"]
    seen = desk.get("list_keeper", f"/registrations/{own}")
    body = {"facts": {"weight_kg": "61.0"}}
    about = f"/registrations/{own}"
    assert desk.patch("list_keeper", about, body).status_code == 428
    changed = desk.patch("list_keeper", about, body, key="first-change", **{"If-Match": seen["ETag"]})
    assert changed.status_code == 200, changed.content
    assert desk.patch("list_keeper", about, body, **{"If-Match": seen["ETag"]}).status_code == 412
    repeated = desk.patch("list_keeper", about, body, key="first-change", **{"If-Match": seen["ETag"]})
    assert (repeated.status_code, repeated.json()) == (200, changed.json())
    assert desk.get("list_keeper", about).json()["facts"]["weight_kg"] == "61.0"


def test_what_was_seen_is_compared_under_the_lock_of_the_change(desk, monkeypatch):
    own = desk.get("list_keeper", "/registrations?organ=heart").json()["registrations"][0]["registration"]
    seen = desk.get("list_keeper", f"/registrations/{own}")["ETag"]

    enter = recording._enter  # noqa: SLF001  the place between what was judged and the lock

    def first_another(*arguments):
        monkeypatch.setattr(recording, "_enter", enter)
        change_registration(desk.office, ask("another"), Change(own, {"weight_kg": "62.0"}))
        return enter(*arguments)

    monkeypatch.setattr(recording, "_enter", first_another)
    answer = desk.patch("list_keeper", f"/registrations/{own}", {"facts": {"weight_kg": "61.0"}}, **{"If-Match": seen})
    assert (answer.status_code, answer.json()["type"]) == (412, "urn:bequest:problem:changed")
    assert desk.get("list_keeper", f"/registrations/{own}").json()["facts"]["weight_kg"] == "62.0"


@pytest.mark.parametrize("address", ["/nowhere", "/runs/none", f"/runs/{'0' * 32}", "/registrations/R-none"])
def test_every_error_is_problem_json_with_a_sentence(desk, address):
    answer = desk.get("allocator", address)
    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    assert told["status"] == answer.status_code
    assert told["type"].startswith("urn:bequest:problem:")
    assert told["detail"].endswith(".")


def test_an_error_repeats_nothing_that_was_sent(desk):
    answer = desk.post("donor_coordinator", "/donors", {"identity": "Maria Muster", "ventilated": "Maria Muster"})
    assert answer.status_code == 422
    assert b"Muster" not in answer.content


def test_pages_of_a_list_follow_each_other_without_a_gap(desk):
    cursor, names = "", []
    for _ in range(10):
        page = desk.get("allocator", f"/registrations?organ=heart&limit=5{cursor}").json()
        names += [each["registration"] for each in page["registrations"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(names) == 12
    assert names == sorted(set(names))


@pytest.mark.parametrize("cursor", ["%00", "bm9wZQ", "!!!!"])
def test_a_cursor_that_is_none_is_told(desk, cursor):
    assert desk.get(None, f"/ledger/entries?cursor={cursor}").status_code == 422


def test_a_proof_leads_to_the_root(desk):
    told = desk.get(None, "/ledger/proof?index=3").json()
    head = desk.get(None, "/ledger/head").json()
    assert (told["size"], told["root"]) == (head["size"], head["root"])
    assert desk.get(None, "/ledger/proof?index=99999").status_code == 404
