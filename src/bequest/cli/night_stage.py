"""Knows how the stage of a demo night is set: the hospital, the names of the centres, the facts of the donor."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bequest.cli.night import COORDINATOR, DUTY, Stage
from bequest.cli.night_clock import BEGINS
from bequest.cli.night_desk import Person
from bequest.cli.night_papers import RECORDED
from bequest.ledger.facts import fact_rows
from bequest.model.column import Table
from bequest.simulation.population import make_population

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.cli.night_clock import Clock
    from bequest.cli.night_desk import Desk
    from bequest.cli.night_page import Page
    from bequest.ledger.facts import Values
    from bequest.model.enums import Organ


def stage_of(desk: Desk, page: Page, clock: Clock, organ: Organ, timers: Callable[[], int]) -> Stage:
    """Return what a night is played on; `timers` does what is due in an office whose clock is played."""
    places = cast("list[dict[str, object]]", desk.get(DUTY, "/places").content["list"])
    names = {str(each["id"]): str(cast("dict[str, str]", each["facts"]).get("name", each["id"])) for each in places}

    def centre_person(centre: str) -> Person:
        return Person(f"coordinator-{centre}", f"The coordinator in {names[centre].removeprefix(centre).strip()}")

    hospital = desk.get(COORDINATOR, "/me").text("centre")
    return Stage(desk, page, clock, centre_person, timers, _facts(organ), hospital)


def _facts(organ: Organ) -> Mapping[str, str]:
    """Return the medical facts of an invented donor, as columns of the data dictionary."""
    made = make_population(country="demo", organ=organ, candidates=1, donors=1, seed=1, at=BEGINS)
    # A population holds what fact_rows takes: lists and arrays.
    facts = fact_rows(cast("Mapping[str, Values]", made.donors), Table.DONOR)[0]
    # Blood group O fits the most people, so that a short list ranks some as well.
    return {name: text for name, text in facts.items() if name not in RECORDED} | {"blood_group": "O"}
