"""The verb `plan`, and how the verbs about policies treat donor plans."""

from __future__ import annotations

import csv
import shutil

import polars as pl
import pytest

from bequest.policy.plans import plan_versions

AT = "2026-11-01T00:00:00Z"


@pytest.fixture(scope="session")
def organs(hearts, tmp_path_factory):
    """Return a folder in which everybody on the heart list is also on the kidney list, half of them in need of both."""
    folder = tmp_path_factory.mktemp("organs")
    for name in ("centres.csv", "donors.csv"):
        (folder / name).write_bytes((hearts / name).read_bytes())
    with (hearts / "registrations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["needed_with"] = "kidney" if number % 2 else "none"
        row["dialysis_since_on"] = ""
    kidneys = [row | {"registration": f"{row['registration']}-K", "organ": "kidney"} for row in rows]
    with (folder / "registrations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows + kidneys)
    return folder


def asked(folder, *more):
    return ("plan", folder, "--donor", "D-0001", "--plan", "core/donor-plan", "--at", AT, *more)


def test_a_plan_is_a_page_of_steps(ask, organs) -> None:
    answer = ask(*asked(organs, "--top", "5"))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Every organ of donor D-0001, step by step\n")
    assert "heart core/heart core-2026-1" in answer.out
    assert "with the kidney, " in answer.out
    assert "the first 5" in answer.out
    assert "lung, liver, intestine, pancreas: nobody listed in these files" in answer.out
    assert "synthetic: true" in answer.out


def test_a_plan_as_json_has_every_offer_whatever_the_rows_shown(ask, organs, tmp_path) -> None:
    made = ask(*asked(organs, "--json", "-", "--top", "0")).json()
    assert made["order"] == "every-donor"
    assert {offer["run"] for offer in made["offers"]} == {"heart", "kidney"}
    answer = ask(*asked(organs, "--json", tmp_path / "plan.json", "--evaluator", "numpy"))
    assert answer.out.startswith("Every organ of donor")
    assert made["digest"] in (tmp_path / "plan.json").read_text(encoding="utf-8")


def test_a_population_of_one_organ_has_a_plan_of_one_step(ask, hearts) -> None:
    assert "kidney: the kidneys that went with no other organ" in ask(*asked(hearts)).out


def test_an_unverified_plan_is_refused_unless_asked_for(ask, organs, tmp_path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        plan_versions("core/donor-plan")[0].written.replace("status: own", "status: unverified"), encoding="utf-8"
    )
    words = ("plan", organs, "--donor", "D-0001", "--plan", path, "--at", AT)
    refused = ask(*words)
    assert refused.code == 2
    assert "is unverified" in refused.err
    assert "status    UNVERIFIED: some of its facts" in ask(*words, "--allow-unverified").out


def test_an_organ_without_consent_is_told_apart_from_an_empty_list(ask, organs, tmp_path) -> None:
    shutil.copytree(organs, tmp_path / "list")
    donors = pl.read_csv(tmp_path / "list" / "donors.csv", infer_schema=False)
    donors.with_columns(pl.lit("kidney pancreas").alias("consented_organs")).write_csv(tmp_path / "list" / "donors.csv")
    told = ask(*asked(tmp_path / "list")).out
    assert "not made  heart, lung, liver, intestine: not covered by the consent\n" in told
    assert "not made  pancreas: nobody listed in these files\n" in told


def test_inputs_are_given_to_the_runs_that_name_them(ask, organs, tmp_path) -> None:
    path = tmp_path / "inputs.json"
    path.write_text('{"inputs": {"balance": 3}}', encoding="utf-8")
    assert ask(*asked(organs, "--inputs", path, "--lottery-seed", "AB")).code == 0


def test_plans_are_listed_shown_and_checked_with_the_policies(ask, tmp_path) -> None:
    assert "core/donor-plan" in ask("policy", "list").out
    shown = ask("policy", "show", "core/donor-plan")
    assert "Order 'every-donor': step after step" in shown.out
    assert ask("policy", "show", "core/donor-plan", "--html", "-").code == 0
    path = tmp_path / "plan.yaml"
    path.write_text(plan_versions("core/donor-plan")[0].written, encoding="utf-8")
    assert ask("policy", "check", path).out.startswith("ok: core/donor-plan core-2026-1 ")
    path.write_text(plan_versions("core/donor-plan")[0].written.replace("core/heart", "core/hart"), encoding="utf-8")
    refused = ask("policy", "check", path)
    assert refused.code == 2
    assert "no policy of the library is called 'core/hart'" in refused.err


def test_the_cases_of_a_plan_are_run_like_others(ask) -> None:
    answer = ask("policy", "test", "core/donor-plan")
    assert answer.code == 0
    assert "7 cases of invented people, all passed." in answer.out
