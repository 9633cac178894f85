from __future__ import annotations

import shutil
from importlib.resources import files

import polars as pl


def test_an_explanation_is_printed_as_the_run_tells_it(ask, match_words):
    answer = ask("explain", *match_words, "--registration", "R-000001")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("R-000001, heart of donor D-0001, policy core/heart (core-2026-1) [synthetic: true]\n")


def test_an_explanation_as_json_stands_alone(ask, match_words):
    told = ask("explain", *match_words, "--registration", "R-000001", "--json", "-").json()
    assert (told["registration"], told["synthetic"]) == ("R-000001", True)


def test_an_explanation_may_go_into_a_file(ask, match_words, tmp_path):
    answer = ask("explain", *match_words, "--registration", "R-000001", "--json", tmp_path / "told.json")
    assert answer.out.startswith("R-000001")
    assert (tmp_path / "told.json").read_text(encoding="utf-8").startswith('{\n "registration": "R-000001"')


def test_the_first_of_the_ranking_is_told_that_nobody_is_ahead(ask, match_words):
    first = ask("match", *match_words, "--json", "-").json()["ranked"][0]["registration"]
    assert "Nobody is ahead." in ask("explain", *match_words, "--registration", first).out


def test_the_cells_that_somebody_has_to_fill_are_named(ask, match_words, tmp_path):
    first = ask("match", *match_words, "--json", "-").json()["ranked"][0]["registration"]
    shutil.copytree(match_words[0], tmp_path / "list")
    table = pl.read_csv(tmp_path / "list" / "registrations.csv", infer_schema=False)
    lacking = pl.when(pl.col("registration") != first).then("weight_kg").alias("weight_kg")
    table.with_columns(lacking).write_csv(tmp_path / "list" / "registrations.csv")
    words = ["explain", tmp_path / "list", *match_words[1:], "--registration", first]
    assert ask(*words).out.endswith("\nMissing in the files: weight_kg (registrations).\n")
    assert ask(*words, "--json", "-").json()["cells_to_fill"] == ["weight_kg (registrations)"]


def test_an_unknown_registration_is_told(ask, match_words):
    answer = ask("explain", *match_words, "--registration", "R-1")
    assert (answer.code, answer.out) == (2, "")
    assert "'R-1' is not on the heart list" in answer.err


def test_a_registration_must_be_named(ask, match_words):
    answer = ask("explain", *match_words)
    assert answer.code == 2
    assert "Missing option '--registration'" in answer.err


def test_an_explanation_of_an_unverified_policy_or_a_conditional_offer_says_so(ask, hearts, tmp_path):
    policy = tmp_path / "heart.yaml"
    written = files("bequest.policies").joinpath("core", "heart-core-2026-1.yaml").read_text(encoding="utf-8")
    policy.write_text(written.replace("status: own", "status: unverified"), encoding="utf-8")
    shutil.copytree(hearts, tmp_path / "list")
    donors = pl.read_csv(tmp_path / "list" / "donors.csv", infer_schema=False)
    on_the_pathway = (
        pl.lit("circulatory").alias("death_criteria"),
        pl.lit(None, pl.String).alias("death_declared_at"),
        pl.lit("2026-10-31T20:00:00Z").alias("pathway_opened_at"),
    )
    donors.with_columns(on_the_pathway).write_csv(tmp_path / "list" / "donors.csv")
    words = ("--organ", "heart", "--policy", policy, "--at", "2026-11-01T00:00:00Z", "--registration", "R-000001")
    told = ask("explain", tmp_path / "list", "--donor", "D-0001", *words, "--allow-unverified").out
    assert "\nUNVERIFIED: some of its facts were never compared with their source. Never for a live offer." in told
    assert "\nCONDITIONAL: death is not declared" in told


def test_an_explanation_without_a_warning_starts_with_its_result(ask, match_words):
    assert ask("explain", *match_words, "--registration", "R-000001").out.splitlines()[1] == "Not ranked."
