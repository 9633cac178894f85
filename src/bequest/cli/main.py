"""Knows the verbs of the command line; the module of a verb is loaded when that verb is called, and no other one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, cast

import typer

from bequest import __version__
from bequest.cli.errors import exit_code


@dataclass(frozen=True, slots=True)
class Verb:
    """Hold one verb: the words that call it, the function that does it, and what the list of verbs says about it."""

    words: str
    module: str
    function: str
    says: str


VERBS = (
    Verb("population make", "population", "make", "Make invented people, donors and centres, written as files."),
    Verb("match", "match", "match", "Rank one organ's waiting list for one donor."),
    Verb("plan", "plan", "plan", "Show in which order all organs of one donor are offered."),
    Verb("explain", "explain", "explain", "Say why one registration has its rank, or has none."),
    Verb("downtime key", "downtime", "key", "Make the keys of downtime packs."),
    Verb("downtime pack", "downtime", "pack", "Write a downtime pack of the service's lists and policies."),
    Verb("downtime show", "downtime", "show", "Say what a downtime pack holds."),
    Verb("downtime enter", "downtime", "enter", "Enter what was done on paper while the service was down."),
    Verb("score", "score", "score", "Work out a published clinical score."),
    Verb("demo-year", "demo_year", "demo_year", "Play a year of an invented country, every event in a log."),
    Verb("demo night", "demo_night", "demo_night", "Play a night of one donor through the service, then verify it."),
    Verb("bundle make", "bundle", "make", "Make a bundle of records that outsiders verify."),
    Verb("bundle office", "office_bundle", "office", "Make a bundle out of the database of a service."),
    Verb("receipt make", "bundle", "make_receipt", "Make the receipt of one candidate's row of a match run."),
    Verb("receipt source", "bundle", "make_source_receipt", "Make the receipt of who recorded or attested an event."),
    Verb("verify", "verify", "verify", "Say what a bundle of records, or a receipt, shows."),
    Verb("policy list", "policy", "list_policies", "List the policies of the library."),
    Verb("policy show", "policy", "show", "Show a policy as a page to read."),
    Verb("policy check", "policy", "check", "Check a policy file."),
    Verb("policy test", "cases", "run_golden_cases", "Run the golden cases of the policies."),
    Verb("policy diff", "policy", "diff", "Say in words how two policies differ."),
    Verb("policy impact", "impact", "show_impact", "Rank one list under two policies and say who moves."),
    Verb("ledger key", "ledger", "key", "Make the key of a log."),
    Verb("ledger init", "ledger", "init", "Make the tables of a log in a database."),
    Verb("ledger status", "ledger", "status", "Say how far a log is signed, and confirmed by witnesses."),
    Verb("ledger rotate", "log_keys", "rotate", "Put another key in the place of a log's own."),
    Verb("ledger recover", "log_keys", "recover", "Let a log go on from one whose newest entries were lost."),
    Verb("key make", "wrapping_key", "make", "Make the wrapping key of a service."),
    Verb("key rotate", "wrapping_key", "rotate", "Put another wrapping key in force."),
    Verb("serve", "service", "serve", "Serve the pages and the API of an allocation office."),
    Verb("worker", "service", "worker", "Do what is due: let offers expire."),
    Verb("migrate", "service", "migrate", "Bring the tables of the database to this version."),
    Verb("erased list", "erased", "list_erased", "Write the list of whom an office erased."),
    Verb("erased again", "erased", "again", "Erase again, after a restored backup, whom an office erased."),
    Verb("doctor", "service", "doctor", "Say whether everything stands as it must."),
    Verb("user add", "user", "add", "Make an account."),
    Verb("user password", "user", "password", "Set the password of an account anew."),
    Verb("user factor", "user", "factor", "End the second factors of an account whose owner lost them."),
    Verb("user token", "user", "token", "Make a token with which a program signs in."),
    Verb("user close", "user", "close", "Close an account."),
    Verb("report key", "report", "key", "Make the key of an inquiry outside the office."),
    Verb("report seal", "report", "seal", "Seal a report so that only the inquiry can read it."),
    Verb("report send", "report", "send", "Send a sealed report to an office, without a name."),
    Verb("report fetch", "report", "fetch", "Fetch the sealed reports of an office."),
    Verb("report open", "report", "opened", "Open a sealed report with the key of the inquiry."),
    Verb("import places", "list_import", "places", "Add the centres and hospitals of an office."),
    Verb("import registrations", "list_import", "registrations", "Take over a list that was kept elsewhere."),
    Verb("publisher", "publisher", "publisher", "Sign a log, publish it, and ask its witnesses."),
    Verb("witness key", "witness", "key", "Make the key of a witness."),
    Verb("witness serve", "witness", "serve", "Watch logs and cosign what goes on from what was seen."),
)
"""Every verb; those of two words belong to a group."""

_GROUPS = {
    "demo": "See the service at work, with invented people.",
    "bundle": "Hand out an allocation record.",
    "receipt": "Hand out one candidate's own row, or one event.",
    "population": "Make invented populations.",
    "policy": "List, read, check, test and compare policies.",
    "downtime": "Go on ranking while the service is down.",
    "report": "Tell an inquiry what the office must not read.",
    "ledger": "Set up a tamper-evident log, and see how it stands.",
    "erased": "Keep erased persons erased when a backup is restored.",
    "key": "Keep the wrapping key of a service.",
    "user": "Keep the accounts of a service.",
    "import": "Take over what an office kept elsewhere.",
    "witness": "Be a witness of logs that others keep.",
}
_SAYS = "Decide, explain and prove who is offered a donated organ."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code: 0 done, 1 finding, 2 bad input or usage, 3 integrity failure."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return exit_code(lambda: app_for(words)(words, prog_name="bequest", standalone_mode=False), called=_called(words))


def app_for(words: Sequence[str]) -> typer.Typer:
    """Return the command line in which the verb that `words` call is loaded, and every other one only listed."""
    app = _typer(_SAYS)
    app.callback()(_top)
    groups = {name: _typer(says) for name, says in _GROUPS.items()}
    for name, group in groups.items():
        group.callback()(_group)
        app.add_typer(group, name=name)
    called = _called(words)
    for verb in VERBS:
        *group_word, name = verb.words.split()
        parent = groups[group_word[0]] if group_word else app
        parent.command(name, short_help=verb.says)(_function(verb) if verb.words == called else _listed)
    return app


def _called(words: Sequence[str]) -> str:
    """Return the words of the verb or the group that is called, "" where it is neither."""
    known = {verb.words for verb in VERBS} | set(_GROUPS)
    return next((called for called in (" ".join(words[:2]), " ".join(words[:1])) if called in known), "")


def _function(verb: Verb) -> Callable[..., object]:
    # The module has the function that the table names; a test calls every verb.
    return cast("Callable[..., object]", getattr(import_module(f"bequest.cli.{verb.module}"), verb.function))


def _typer(says: str) -> typer.Typer:
    return typer.Typer(
        help=says,
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )


def _version(wanted: bool | None) -> None:  # noqa: FBT001  what Typer hands to the callback of a flag
    if wanted:
        typer.echo(f"bequest {__version__}")
        raise typer.Exit


def _top(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001  the callback answers
        bool | None, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = None,
) -> None:
    _group(context)


def _group(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


def _listed() -> None:
    """Stand for a verb that is listed and not called."""
