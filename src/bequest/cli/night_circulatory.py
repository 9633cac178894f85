"""Knows a night of the circulatory pathway: offers on condition, a pause, an observation, an end without donation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.cli import night_papers as papers
from bequest.cli.night import COORDINATOR, DUTY
from bequest.cli.night_desk import Person
from bequest.cli.night_story import close_day, offered, opening, ranked, reported, typed, wishes
from bequest.cli.output import CONDITIONAL

if TYPE_CHECKING:
    from bequest.cli.night import Stage

NURSE = Person("nurse-of-hospital", "A nurse at the bedside")
DOCTOR = Person("doctor-of-hospital", "An independent doctor")
SURGEON = Person("surgeon-of-hospital", "A surgeon of the recovery team")
_FEWEST = 3
ORGANS = ("kidney", "liver")
"""What the donor of the night gave."""


def play(stage: Stage, name: str) -> None:
    """Play the night of one donor of a name."""
    donation = reported(stage, name)
    wishes(stage, donation, ORGANS)
    _pathway(stage, donation)
    run, accepted = _offers(stage, donation)
    waiting = _pause(stage, donation, run)
    _observation(stage, donation)
    _stand_down(stage, donation, accepted, waiting)


def _pathway(stage: Stage, donation: str) -> None:
    """Open the pathway, after a decision that was made outside donation."""
    stage.page.part("Treatment is withdrawn, decided before anybody speaks of donation")
    at = f"/donors/{donation}/pathway"
    early = "enters the decision, with the family asked for organs an hour before it."
    stage.is_refused(COORDINATOR, early, at, papers.pathway(stage, approached_hours_ago=6))
    right = "enters it as it was: Dr Costa and Dr Dahl decided first, the family was asked two hours later."
    stage.does(COORDINATOR, right, at, papers.pathway(stage, approached_hours_ago=3))


def _offers(stage: Stage, donation: str) -> tuple[str, tuple[str, Person]]:
    """Offer a kidney on condition; return the run, and the offer that was accepted with who answers for its centre."""
    stage.page.part("Offers on condition", CONDITIONAL)
    typed(stage, donation)
    stage.does(COORDINATOR, "opens the kidneys for offers.", *opening(stage, donation, "kidney"))
    run = ranked(stage, donation, "kidney", fewest=_FEWEST)
    offer, who, _ = offered(stage, run)
    stage.does(who, "accepts, on condition.", f"/offers/{offer}/acceptance")
    return run, (offer, who)


def _pause(stage: Stage, donation: str, run: str) -> tuple[str, Person]:
    """Let a nurse pause, and an independent doctor resume; return the offer that goes out only then."""
    at = f"/donors/{donation}"
    stage.page.part("Anybody at the bedside may pause; only an independent doctor resumes")
    team = Person(COORDINATOR.account, "The recovery team, by the coordinator,")
    members = [papers.SURGEON, SURGEON.account]
    stage.does(team, "declares who is on duty tonight.", f"{at}/rosters", papers.roster(stage, members))
    moved = "pauses everything: the person moved a hand. Nobody is asked to justify it."
    pause = stage.does(NURSE, moved, f"{at}/pauses", {"reason": "sign_of_life"}).text("event")
    resumption = f"/pauses/{pause}/resumption"
    stage.is_refused(DUTY, "wants to offer the other kidney meanwhile.", f"/runs/{run}/offers", {"rank": 2})
    stage.is_refused(COORDINATOR, "wants to resume.", resumption, {"examined_at": stage.ago()})
    stage.is_refused(SURGEON, "wants to resume.", resumption, {"examined_at": stage.ago()})
    stage.let_pass(minutes=10)
    examined = "examines the person again, finds a reflex of the spine, and resumes."
    stage.does(DOCTOR, examined, resumption, {"examined_at": stage.ago()})
    offer, who, _ = offered(stage, run)
    return offer, who


def _observation(stage: Stage, donation: str) -> None:
    """Let circulation end, and come back before the observation is over."""
    at = f"/donors/{donation}"
    stage.page.part("Circulation ends, and nobody touches the person for five minutes")
    stage.let_pass(hours=1)
    begun = "notes the end of circulation. The observation without touch begins."
    stage.does(DOCTOR, begun, f"{at}/observation", {"at": stage.ago()})
    stage.is_refused(COORDINATOR, "wants to start the recovery at once.", f"{at}/recovery", {"organs": ["kidney"]})
    early = {"at": stage.ago(), "result": "complete"}
    stage.is_refused(DOCTOR, "wants to call the observation complete too soon.", f"{at}/observation/end", early)
    back = {"at": stage.ago(), "result": "circulation_returned"}
    stage.does(
        DOCTOR, "sees circulation return. The observation ends; it counts for nothing.", f"{at}/observation/end", back
    )


def _stand_down(stage: Stage, donation: str, accepted: tuple[str, Person], waiting: tuple[str, Person]) -> None:
    """End the pathway: offers lapse and the file is sealed, but for reports of incidents."""
    at = f"/donors/{donation}"
    stage.page.part("The person does not die in time: everything ends")
    stage.let_pass(hours=2)
    ended = "stands down: no death in time. Every offer lapses and the file is sealed."
    stage.does(COORDINATOR, ended, f"{at}/stand-down", {"reason": "no_death_in_time"})
    offer, who = waiting
    stage.is_refused(who, "accepts the offer that lapsed.", f"/offers/{offer}/acceptance")
    offer, who = accepted
    stage.is_refused(
        who,
        "wants a theatre for what they had accepted.",
        f"/offers/{offer}/theatre",
        {"begins_at": stage.ago(hours=-3)},
    )
    certificate = papers.death_after_circulation(stage)
    stage.is_refused(COORDINATOR, "wants to enter a death into the sealed file.", f"{at}/declarations", certificate)
    report = {
        "happened_at": stage.ago(hours=3), "severity": "minor", "reporter": "family", "donation": donation,
        "report": "We were asked twice whether we were sure.",
    }  # fmt: skip
    family = Person(NURSE.account, "The family, by the nurse,")
    stage.does(
        family, "reports what went wrong. A report is taken at any time, on a sealed file too.", "/incidents", report
    )
    stage.let_pass(hours=8)
    stage.page.part("The books are closed")
    close_day(stage)
    shown = stage.sees(DUTY, f"{at}").text("donation")
    assert shown == donation, "the file opens by its own number, sealed or not"
