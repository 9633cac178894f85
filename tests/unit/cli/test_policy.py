from __future__ import annotations

from importlib.resources import files

import pytest

from bequest.cli import policy as verbs
from bequest.policy import library, policy
from bequest.policy.page import policy_page
from bequest.policy.plans import plan_names, plan_versions

WRITTEN = files("bequest.policies").joinpath("core", "heart-core-2026-1.yaml").read_text(encoding="utf-8")


@pytest.fixture
def draft(tmp_path):
    def written(old: str, new: str):
        path = tmp_path / "heart.yaml"
        assert old in WRITTEN
        path.write_text(WRITTEN.replace(old, new), encoding="utf-8")
        return path

    return written


def test_every_policy_of_the_library_is_listed(ask):
    answer = ask("policy", "list")
    assert answer.code == 0
    versions = [entry.name for name in library.names() for entry in library.versions(name)]
    plans = [entry.name for name in plan_names() for entry in plan_versions(name)]
    shown = [line.split("  ")[0] for line in answer.out.splitlines()]
    assert shown == ["name", *versions, "", "donor plan", *plans]


def test_a_list_names_organ_edition_day_status_and_title(ask):
    line = next(line for line in ask("policy", "list").out.splitlines() if line.startswith("core/heart"))
    assert line.split("  ")[0] == "core/heart"
    assert all(word in line for word in ("heart", "core-2026-1", "2026-01-01", "own", policy("core/heart").title))


def test_a_title_without_room_beside_its_row_stands_under_it(ask, monkeypatch):
    monkeypatch.setattr(verbs, "terminal_width", lambda: 80)
    lines = ask("policy", "list").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert f"    {policy('core/heart').title}" in lines


def test_a_policy_is_shown_with_its_rules_and_sources(ask):
    told = ask("policy", "show", "core/heart").out
    assert told.startswith(f"core/heart, edition core-2026-1: {policy('core/heart').title}\n")
    assert policy("core/heart").hash in told
    assert "  screen 'blood-group'\n" in told
    assert "\nSources\n" in told


def test_one_edition_may_be_shown(ask):
    assert ask("policy", "show", "core/heart@core-2026-1").code == 0


def test_a_shown_policy_keeps_to_the_width_of_the_terminal(ask, monkeypatch):
    monkeypatch.setattr(verbs, "terminal_width", lambda: 80)
    lines = ask("policy", "show", "core/heart").out.splitlines()
    # An address is one word, and no word is cut.
    assert max(len(line) for line in lines if "://" not in line) <= 80


def test_a_policy_is_shown_as_html_in_a_file(ask, tmp_path):
    page = tmp_path / "heart.html"
    answer = ask("policy", "show", "core/heart", "--html", page)
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert page.read_text(encoding="utf-8") == policy_page(policy("core/heart"))


def test_html_may_stand_alone_on_standard_output(ask):
    assert ask("policy", "show", "core/heart", "--html", "-").out.startswith("<!doctype html>\n<html")


def test_a_folder_is_no_place_for_html(ask, tmp_path):
    answer = ask("policy", "show", "core/heart", "--html", tmp_path)
    assert answer.code == 2
    assert "this is a folder; give --html the name of a file" in answer.err


def test_an_unknown_policy_is_told_with_the_nearest_name(ask):
    answer = ask("policy", "show", "core/hart")
    assert (answer.code, answer.out) == (2, "")
    assert "did you mean core/heart?" in answer.err


def test_a_good_file_is_ok_with_name_edition_hash_and_status(ask, draft):
    answer = ask("policy", "check", draft("organ: heart", "organ: heart"))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"ok: core/heart core-2026-1 {policy('core/heart').hash} own\n"


def test_every_mistake_of_a_file_is_a_line(ask, draft):
    answer = ask("policy", "check", draft("status: own", "status: owned\nstaus: own"))
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.err.splitlines()) == 2
    assert all(line.startswith("bequest: ") and "heart.yaml:" in line for line in answer.err.splitlines())


def test_a_folder_is_no_policy_file(ask, tmp_path):
    answer = ask("policy", "check", tmp_path)
    assert answer.code == 2
    assert "this is a folder" in answer.err


def test_a_missing_file_is_told(ask, tmp_path):
    answer = ask("policy", "check", tmp_path / "nothing.yaml")
    assert answer.code == 2
    assert "cannot be read" in answer.err


def test_differences_are_told_in_words_and_are_no_finding(ask, draft):
    answer = ask("policy", "diff", "core/heart", draft("reply_minutes: 60", "reply_minutes: 45"))
    assert answer.code == 0
    assert '- offers: minutes to reply was "60" and becomes "45"\n' in answer.out


def test_two_donor_plans_are_compared_as_policies_are(ask):
    answer = ask("policy", "diff", "core/donor-plan", "us/donor-plan")
    assert (answer.code, answer.err) == (0, "")
    assert "run 'islet' is new" in " ".join(answer.out.split())
    assert "No difference" in ask("policy", "diff", "core/donor-plan", "core/donor-plan").out


def test_a_policy_is_not_compared_with_a_donor_plan(ask):
    answer = ask("policy", "diff", "core/donor-plan", "core/heart")
    assert (answer.code, answer.out) == (2, "")
    assert "A policy and a donor plan were given; give two policies, or two donor plans." in answer.err


def test_a_donor_plan_is_shown_with_its_sources_and_as_html(ask):
    shown = ask("policy", "show", "us/donor-plan").out
    assert "UNVERIFIED" in shown
    assert "\nSources\n" in shown
    assert ask("policy", "show", "us/donor-plan", "--html", "-").out.startswith("<!doctype html>\n<html")


def test_two_policies_that_say_the_same_have_no_difference(ask):
    answer = ask("policy", "diff", "core/heart", "core/heart@core-2026-1")
    assert answer.code == 0
    assert answer.out.endswith("No difference: the two say the same.\n")


def test_a_comparison_with_nothing_is_a_usage_error(ask):
    assert ask("policy", "diff", "core/heart").code == 2
