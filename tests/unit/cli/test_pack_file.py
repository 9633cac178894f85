"""A desk ranks from a downtime pack as the office would, and is told at once what is wrong with its files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.ledger.downtime_pack import PackedPolicy
from bequest.model.enums import Organ
from downtime_packs import KEY, SIGNER, pack_of, written_pack
from unit.cli.conftest import AT


@pytest.fixture
def packed(hearts, tmp_path):
    return written_pack(pack_of(hearts), hearts, tmp_path)


def words(packed, verb="match", **changed):
    options = {
        "--donor": "D-0001",
        "--organ": "heart",
        "--at": AT,
        "--pack": packed.pack,
        "--desk-key": packed.desk_key,
    }
    options |= {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return [verb, packed.donors, *(word for pair in options.items() if pair[1] is not None for word in pair)]


def test_a_run_from_a_pack_has_the_ranks_and_reasons_of_one_from_the_files(ask, hearts, packed):
    from_files = ask("match", hearts, "--donor", "D-0001", "--organ", "heart", "--policy", "core/heart", "--at", AT,
                     "--json", "-")  # fmt: skip
    from_pack = ask(*words(packed, json="-"))
    assert (from_pack.code, from_pack.err) == (0, "")
    told, wanted = from_pack.json(), from_files.json()
    # The digest also says which columns the files have; a pack, like the registry, has all of them.
    assert [told.pop(name) != wanted.pop(name) for name in ("digest", "input_digest")] == [True, True]
    assert told == wanted


def test_the_page_says_first_of_when_the_list_is_and_that_nothing_is_recorded(ask, packed):
    told = " ".join(ask(*words(packed)).out.split())
    assert told.startswith("DOWNTIME: the list as it was on 2026-10-31 at 22:30 UTC, after 1,234 entries of the log.")
    assert "Nothing of this is recorded" in told
    assert "--pack" in told.partition("The reason for any one of them:")[2]


def test_one_registration_is_explained_from_a_pack(ask, packed):
    answer = ask(*words(packed, "explain", registration="R-000001"))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("DOWNTIME")
    assert "R-000001" in answer.out


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"policy": "core/heart"}, "--pack needs --desk-key, and says itself which policy is in force"),
        ({"desk_key": None}, "--pack needs --desk-key"),
        ({"pack": None}, "--policy is missing"),
        ({"pack": None, "policy": "core/heart"}, "--desk-key opens a downtime pack; give the pack with --pack"),
        ({"organ": "lung"}, "No policy for the lung was in force when this pack was made."),
        ({"pack": "none.pack"}, "none.pack: the downtime pack cannot be read"),
        ({"desk_key": "none.key"}, "none.key"),
    ],
)
def test_a_slip_is_told_in_a_sentence(ask, packed, changed, told):
    answer = ask(*words(packed, **changed))
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_the_plan_of_a_donor_from_a_pack_is_that_from_the_files(ask, hearts, packed):
    from_files = ask("plan", hearts, "--donor", "D-0001", "--plan", "core/donor-plan", "--at", AT, "--json", "-").json()
    told = ask(*words(packed, "plan", organ=None, json="-")).json()
    assert told["offers"] == from_files["offers"] != []
    assert (told["plan_hash"], told["order"]) == (from_files["plan_hash"], from_files["order"])
    page = " ".join(ask(*words(packed, "plan", organ=None)).out.split())
    assert "DOWNTIME: the list as it was on 2026-10-31 at 22:30 UTC" in page
    assert "Every organ of donor D-0001, step by step" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"plan": "core/donor-plan"}, "--pack needs --desk-key, and says itself which plan is in force"),
        ({"desk_key": None}, "--pack needs --desk-key, and says itself which plan is in force"),
        ({"pack": None}, "--plan is missing; give it, or take the plan of a downtime pack"),
        ({"pack": None, "plan": "core/donor-plan"}, "--desk-key opens a downtime pack; give the pack with --pack"),
    ],
)
def test_a_slip_about_the_plan_is_told_in_a_sentence(ask, packed, changed, told):
    answer = ask(*words(packed, "plan", organ=None, **changed))
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_a_pack_without_a_plan_or_with_another_one_is_told(ask, hearts, tmp_path):
    pack = pack_of(hearts)
    for number, (plan, told) in enumerate((
        (None, "No donor plan was in force when this pack was made"),
        (PackedPolicy(pack.plan.written, "0" * 64), "The donor plan has another hash here than where the"),
    )):  # fmt: skip
        (tmp_path / str(number)).mkdir()
        packed = written_pack(replace(pack, plan=plan), hearts, tmp_path / str(number))
        assert told in ask(*words(packed, "plan", organ=None)).err
        shown = ask("downtime", "show", packed.pack, "--desk-key", packed.desk_key)
        assert (shown.code, "donor plan" in shown.out) == ((0, False) if plan is None else (2, False))


def test_a_pack_cannot_be_taken_for_a_key_and_a_key_is_never_quoted(ask, packed):
    answer = ask(*words(packed, desk_key=packed.pack))
    assert answer.code == 2
    packed.desk_key.write_text(packed.desk_key.read_text().replace("bequest-desk-key/1", "desk"))
    answer = ask(*words(packed))
    assert (answer.code, answer.out) == (2, "")
    assert "this is no key of a desk, or it was altered" in answer.err
    assert packed.desk_key.read_text().splitlines()[1] not in answer.err


def test_a_key_that_others_can_read_is_refused(ask, packed):
    packed.desk_key.chmod(0o644)
    assert "others than its owner may read or write this file" in ask(*words(packed)).err


def test_a_policy_that_means_something_else_here_is_refused(ask, hearts, tmp_path):
    pack = pack_of(hearts)
    policies = {Organ.HEART: PackedPolicy(pack.policies[Organ.HEART].written, "0" * 64)}
    packed = written_pack(replace(pack, policies=policies), hearts, tmp_path)
    assert "has another hash here than where the pack was made with bequest 0.0.1" in ask(*words(packed)).err


def test_keys_are_made_once_and_open_what_the_office_signs(ask, tmp_path):
    made = ["downtime", "key", "--name", "office.example", "--maker-key", tmp_path / "maker.key"]
    answer = ask(*made, "--desk-key", tmp_path / "desk.key")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("office.example+")
    assert (tmp_path / "desk.key").stat().st_mode & 0o077 == 0
    again = ask(*made, "--desk-key", tmp_path / "desk.key")
    assert again.code == 2
    assert "something stands here already" in again.err
    spaced = ["downtime", "key", "--name", "an office", "--maker-key", tmp_path / "m", "--desk-key", tmp_path / "d"]
    assert ask(*spaced).code == 2
    assert not (tmp_path / "m").exists()


def test_a_pack_is_shown_with_its_lists_and_policies(ask, packed):
    answer = ask("downtime", "show", packed.pack, "--desk-key", packed.desk_key)
    assert (answer.code, answer.err) == (0, "")
    assert "2026-10-31 22:30:00 UTC, after 1,234 entries of the log" in answer.out
    assert "heart                300  core/heart core-2026-1" in answer.out
    assert "donor plan                core/donor-plan core-2026-1, hash" in answer.out
    assert "synthetic: true" in answer.out


def test_the_key_of_the_office_and_that_of_the_desk_are_two():
    assert SIGNER.private.private_bytes_raw() != KEY
