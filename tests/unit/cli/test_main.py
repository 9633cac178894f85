from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bequest import __version__
from bequest.cli.main import VERBS

# Runs the command line in a process in which some packages cannot be imported.
BLOCKED = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Blocked())
from bequest.cli.main import main
sys.exit(main({words}))
"""
NO_SERVICE = ("django", "ninja", "allauth", "uvicorn", "whitenoise")
NO_COMPILER = ("numba", "llvmlite", *NO_SERVICE)
NO_FRAMES = ("polars", "pyarrow", *NO_COMPILER)
NO_ARRAYS = ("numpy", *NO_FRAMES)
HEART = Path(__file__).parents[3] / "src" / "bequest" / "policies" / "core" / "heart-core-2026-1.yaml"
CASES = Path(__file__).parents[3] / "cases"


def without(names: tuple[str, ...], *words: object) -> subprocess.CompletedProcess[str]:
    program = BLOCKED.format(names=set(names), words=[str(word) for word in words])
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=100)


def test_the_version_is_told(ask):
    assert ask("--version").out == f"bequest {__version__}\n"


def test_the_help_lists_every_verb_and_group(ask):
    told = ask("--help").out
    assert {"match", "explain", "population", "policy"} <= set(told.split())


def test_the_help_of_a_group_lists_its_verbs(ask):
    assert {"list", "show", "check", "test", "diff"} <= set(ask("policy", "--help").out.split())


def test_no_verb_is_a_usage_error_that_shows_the_help(ask):
    answer = ask()
    assert (answer.code, answer.out) == (2, "")
    assert "Commands:" in answer.err


def test_a_group_alone_is_a_usage_error_that_shows_its_help(ask):
    answer = ask("policy")
    assert answer.code == 2
    assert "check" in answer.err


def test_a_mistyped_verb_is_told_with_the_nearest_one(ask):
    answer = ask("polcy")
    assert answer.code == 2
    assert answer.err.startswith("bequest: No such command 'polcy'. Did you mean 'policy'?")


def test_a_mistyped_verb_of_a_group_is_told_with_the_nearest_one(ask):
    assert "Did you mean 'check'?" in ask("policy", "chek").err


def test_a_missing_option_is_a_usage_error_with_the_help_to_ask_for(ask):
    answer = ask("match", "folder")
    assert answer.code == 2
    assert (
        answer.err == "bequest: Missing option '--donor'.\nbequest: `bequest match --help` shows how it is written.\n"
    )


def test_an_unknown_option_is_a_usage_error(ask):
    answer = ask("policy", "list", "--colour")
    assert answer.code == 2
    assert "No such option: --colour" in answer.err


def test_a_value_outside_a_closed_set_is_told_with_the_set(ask):
    answer = ask("match", "folder", "--donor", "D", "--organ", "hart", "--policy", "p", "--at", "x")
    assert answer.code == 2
    assert "'--organ': 'hart' is not one of 'heart', 'lung'" in answer.err


@pytest.mark.parametrize("verb", [verb.words for verb in VERBS])
def test_every_verb_has_a_help_page_of_80_columns(ask, verb):
    answer = ask(*verb.split(), "--help")
    assert answer.code == 0
    assert max(map(len, answer.out.splitlines())) <= 80
    assert f"Usage: bequest {verb}" in answer.out


def test_python_runs_the_package_as_the_command_line():
    ran = subprocess.run(
        [sys.executable, "-m", "bequest", "--version"], capture_output=True, text=True, check=True, timeout=100
    )
    assert ran.stdout == f"bequest {__version__}\n"


def test_a_policy_is_checked_without_arrays_frames_and_compiler():
    ran = without(NO_ARRAYS, "policy", "check", HEART)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_policies_are_listed_without_arrays_frames_and_compiler():
    assert without(NO_ARRAYS, "policy", "list").returncode == 0


def test_a_policy_is_shown_without_arrays_frames_and_compiler():
    assert without(NO_ARRAYS, "policy", "show", "core/heart").returncode == 0


def test_policies_are_compared_without_arrays_frames_and_compiler():
    assert without(NO_ARRAYS, "policy", "diff", "core/heart", "core/lung").returncode == 0


def test_the_help_needs_neither_arrays_nor_frames_nor_compiler():
    assert without(NO_ARRAYS, "--help").returncode == 0


def test_the_golden_cases_need_neither_frames_nor_compiler():
    assert without(NO_FRAMES, "policy", "test", "core/heart", "--cases", CASES).returncode == 0


def test_a_match_on_the_plain_evaluator_needs_no_compiler(match_words):
    ran = without(NO_COMPILER, "match", *match_words, "--evaluator", "numpy")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_match_needs_no_web_service(match_words):
    assert without(NO_SERVICE, "match", *match_words).returncode == 0


@pytest.mark.parametrize("verb", ["serve", "worker", "migrate", "doctor", "user add"])
def test_the_help_of_the_service_needs_no_web_service(verb):
    assert without(NO_SERVICE, *verb.split(), "--help").returncode == 0


def test_a_service_without_its_packages_is_told_what_to_install():
    ran = without(NO_SERVICE, "serve")
    assert ran.returncode == 2
    assert ran.stderr == (
        "bequest: The service needs packages that are not installed: pip install 'bequest[service]'.\n"
    )


def test_an_explanation_needs_no_compiler(match_words):
    assert without(NO_COMPILER, "explain", *match_words, "--registration", "R-000001").returncode == 0


def test_a_population_is_made_without_a_compiler(tmp_path):
    asked = ["--country", "demo", "--organ", "cornea", "--candidates", "5", "--donors", "1", "--seed", "1"]
    ran = without(NO_COMPILER, "population", "make", *asked, "--out", tmp_path / "made")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_witness_needs_neither_arrays_nor_frames_nor_compiler(tmp_path):
    ran = without(NO_ARRAYS, "witness", "key", "--name", "witness.example/one", "--out", tmp_path / "key")
    assert (ran.returncode, ran.stderr) == (0, "")
