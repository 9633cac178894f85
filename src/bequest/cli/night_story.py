"""Knows the night of one donor from referral to transplant, with what goes wrong in it and what must be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bequest.cli import night_papers as papers
from bequest.cli.night import COORDINATOR, DUTY, SECOND_COORDINATOR, SECOND_DUTY
from bequest.cli.night_desk import Person
from bequest.model.errors import InputError
from bequest.safeguards.rule_text import annex_a

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.cli.night import Stage

_FEWEST = 4
ORGANS = ("heart", "liver")
"""What the donor of the night gave."""
_KNOWN = ("blood_group", "hla", "age", "sex", "height", "weight")


def play(stage: Stage, names: tuple[str, str, str]) -> None:
    """Play the night; the names are those of the donor, of a detained person, and of one whose papers are wrong."""
    donation = reported(stage, names[0])
    stage.is_refused(COORDINATOR, "asks at once to open the heart for offers.", *opening(stage, donation, "heart"))
    wishes(stage, donation, ORGANS)
    _detained(stage, names[1])
    _dead(stage, donation, names[2])
    _opened(stage, donation)
    run = ranked(stage, donation, "heart", fewest=_FEWEST)
    _offers(stage, run)
    _transplant(stage, donation, run)


def reported(stage: Stage, name: str) -> str:
    """Report the donor of the night and return the donation."""
    stage.page.part("A possible donor is reported")
    told = "reports a possible donor, on a ventilator after a stroke. No blood is typed yet: that comes later."
    return stage.does(COORDINATOR, told, "/donors", papers.referral(stage, name)).text("donation")


def wishes(stage: Stage, donation: str, organs: tuple[str, ...]) -> None:
    """Take the donor's own wish, the family, payment, identity and custody."""
    at = f"/donors/{donation}"
    stage.page.part("What did this person want, and were they free?")
    stage.does(COORDINATOR, "asks the register of wishes: the donor said yes.", f"{at}/look-ups", papers.look_up(stage))
    covers = f"writes the consent down: it covers {' and '.join(organs)}, nothing else."
    stage.does(COORDINATOR, covers, f"{at}/consents", papers.consent(stage, organs))
    confirms = "wants to verify the consent that they wrote down themselves."
    stage.is_refused(COORDINATOR, confirms, f"{at}/consents/verification", papers.REGISTER)
    stage.does(
        SECOND_COORDINATOR, "compares it with the register and verifies it.", f"{at}/consents/verification",
        papers.REGISTER,
    )  # fmt: skip
    stage.does(COORDINATOR, "speaks with the family: they know of no objection.", f"{at}/family", papers.family(stage))
    gain = "declares that nothing was paid or promised, and no broker has a part."
    for role, person in (("donor_coordinator", COORDINATOR.account), ("next_of_kin", "a daughter")):
        who = (
            COORDINATOR
            if role == "donor_coordinator"
            else Person(COORDINATOR.account, "The family, by the coordinator,")
        )
        stage.does(who, gain, f"{at}/gain-declarations", papers.no_gain(stage, role, person))
    stage.does(
        COORDINATOR, "establishes who the donor is, from documents and kin.", f"{at}/identity", papers.IDENTIFIED
    )
    clear = "asks the register of detention: no custody, now or in the last 12 months."
    stage.does(COORDINATOR, clear, f"{at}/custody-checks", papers.custody(stage, "clear"))


def _detained(stage: Stage, name: str) -> None:
    """Report a detained person, whom nothing can make a donor."""
    stage.page.part(
        "Another bed, another person: a prisoner", "Everything else is in order, so that custody alone decides."
    )
    told = "reports a second person, brought in from a prison."
    donation = stage.does(COORDINATOR, told, "/donors", papers.referral(stage, name)).text("donation")
    answer = "asks the register of detention: a prisoner. What was found is recorded, whatever it is."
    _in_order(stage, donation)
    stage.does(COORDINATOR, answer, f"/donors/{donation}/custody-checks", papers.custody(stage, "prisoner"))
    certificate = papers.death(stage, papers.CERTIFIERS)
    stage.does(
        COORDINATOR, "enters the death, certified by two doctors.", f"/donors/{donation}/declarations", certificate
    )
    stage.is_refused(COORDINATOR, "asks to open the heart for offers.", *opening(stage, donation, "heart"))


def _in_order(stage: Stage, donation: str) -> None:
    """Put all papers of a donation in order but custody and death, without telling each."""
    at = f"/donors/{donation}"
    stage.quietly(COORDINATOR, f"{at}/look-ups", papers.look_up(stage))
    stage.quietly(COORDINATOR, f"{at}/consents", papers.consent(stage, ORGANS))
    stage.quietly(SECOND_COORDINATOR, f"{at}/consents/verification", papers.REGISTER)
    stage.quietly(
        COORDINATOR, f"{at}/gain-declarations", papers.no_gain(stage, "donor_coordinator", COORDINATOR.account)
    )
    last = stage.quietly(COORDINATOR, f"{at}/identity", papers.IDENTIFIED)
    stage.page.step(
        stage.clock(), last.leaf, "Register, consent, verification, payment and identity are recorded (5 leaves)."
    )


def _dead(stage: Stage, donation: str, other: str) -> None:
    """Certify the death by doctors outside the teams; elsewhere somebody of the recovery team does it in vain."""
    stage.page.part("Death is certified, by doctors who have no part in what follows")
    roster = f"declares who is on duty tonight: {papers.SURGEON} is one of them."
    team = Person(COORDINATOR.account, "The recovery team, by the coordinator,")
    stage.does(team, roster, f"/donors/{donation}/rosters", papers.roster(stage, [papers.SURGEON, "Dr Lind"]))
    third = stage.does(COORDINATOR, "reports a third person.", "/donors", papers.referral(stage, other)).text(
        "donation"
    )
    _in_order(stage, third)
    stage.quietly(COORDINATOR, f"/donors/{third}/custody-checks", papers.custody(stage, "clear"))
    wrong = f"enters the third person's death as certified by Dr Arnold and {papers.SURGEON}."
    certificate = papers.death(stage, (papers.CERTIFIERS[0], papers.SURGEON))
    stage.does(COORDINATOR, wrong, f"/donors/{third}/declarations", certificate)
    stage.is_refused(COORDINATOR, "asks to open that heart for offers.", *opening(stage, third, "heart"))
    right = "enters the first donor's death, certified by Dr Arnold and Dr Berg after two examinations."
    certificate = papers.death(stage, papers.CERTIFIERS)
    stage.does(COORDINATOR, right, f"/donors/{donation}/declarations", certificate)


def opening(stage: Stage, donation: str, organ: str) -> tuple[str, Mapping[str, object]]:
    """Return what is sent where to open an organ."""
    return f"/donors/{donation}/organs/{organ}", {"facts": dict(stage.facts)}


def _opened(stage: Stage, donation: str) -> None:
    """Type the blood twice and open the heart, and not what the consent does not cover."""
    stage.page.part("The gate is open: now, and not before, blood is typed and the list is ranked")
    typed(stage, donation)
    stage.does(COORDINATOR, "opens the heart for offers.", *opening(stage, donation, "heart"))
    stage.is_refused(COORDINATOR, "also asks to open a kidney.", *opening(stage, donation, "kidney"))


def typed(stage: Stage, donation: str) -> None:
    """Type the blood twice, as two people drew it, and say that the whole minimum is known."""
    at = f"/donors/{donation}"
    for sample, drawn_by in (("first", "a nurse"), ("second", "another nurse")):
        read = f"enters the blood group of the {sample} sample, drawn by {drawn_by}."
        told = papers.blood_group(stage, f"{donation[:8]}-{sample}", drawn_by)
        stage.does(COORDINATOR, read, f"{at}/blood-group", told)
    whole = "enters that every field of the minimum characterisation is known."
    stage.does(COORDINATOR, whole, f"{at}/characterisation", {"fields": list(annex_a())})


def ranked(stage: Stage, donation: str, organ: str, *, fewest: int) -> str:
    """Rank the list for an organ, have the run signed by two, and return it."""
    run = stage.quietly(DUTY, f"/donors/{donation}/organs/{organ}/runs")
    name, places = run.text("run"), int(run.text("ranked"))
    if places < fewest:
        raise InputError(f"The list has {places} places for this {organ}, and the night needs {fewest}.")
    told = f"ranks the whole list: {places} people can be offered the {organ}; of everybody else it says why not."
    stage.page.step(stage.clock(), run.leaf, f"{DUTY.words} {told}")
    stage.is_refused(DUTY, "wants to offer before the ranking is signed.", f"/runs/{name}/offers", {"rank": 1})
    stage.does(DUTY, "checks the ranking and signs it.", f"/runs/{name}/signature")
    stage.does(SECOND_DUTY, "checks it too, and signs.", f"/runs/{name}/signature")
    return name


def offered(stage: Stage, run: str) -> tuple[str, Person, int]:
    """Offer an organ to whose turn it is; return the offer, who answers for the centre, and the place."""
    place = _turn(stage, run)
    rank, centre = int(str(place["rank"])), str(place["centre"])
    who = stage.centre_person(centre)
    made = stage.quietly(DUTY, f"/runs/{run}/offers", {"rank": rank})
    parts = cast("list[str]", stage.sees(DUTY, f"/offers/{made.text('offer')}").content["parts"])
    what = " and ".join(" ".join(reversed(part.split("-"))) for part in parts)
    where = who.words[who.words.index(" in ") + 1 :]
    said = f"offers the {what} to place {rank}: a candidate {where} ({centre})."
    stage.page.step(stage.clock(), made.leaf, f"{DUTY.words} {said}")
    stage.timers()
    return made.text("offer"), who, rank


def _turn(stage: Stage, run: str) -> Mapping[str, object]:
    """Return the place of a run whose turn it is."""
    shown = stage.sees(DUTY, f"/runs/{run}").content
    places = cast("list[dict[str, object]]", shown["places"])
    found = next((place for place in places if place["rank"] == shown["next_rank"]), None)
    if found is None:
        raise InputError("Nobody is left on the list for this organ; the night ends here.")
    return found


def _offers(stage: Stage, run: str) -> None:
    """Offer the heart down the order: one gives it back, one does not answer, one is passed over in vain."""
    stage.page.part("The heart is offered down the list, in order")
    first, who, _ = offered(stage, run)
    stage.does(who, "opens the offer.", f"/offers/{first}/seen")
    stage.does(who, "accepts for their candidate.", f"/offers/{first}/acceptance")
    stage.let_pass(minutes=45)
    late = "declines late: the candidate has a fever and is not fit for surgery."
    stage.does(who, late, f"/offers/{first}/refusal", {"reason": "candidate_unwell"})
    second, who, rank = offered(stage, run)
    skip = f"wants to skip ahead and offer to place {rank + 2} while place {rank} is thinking."
    stage.is_refused(DUTY, skip, f"/runs/{run}/offers", {"rank": rank + 2})
    _unanswered(stage, second, who)
    third, who, rank = offered(stage, run)
    stage.does(who, "opens the offer.", f"/offers/{third}/seen")
    stage.does(who, "accepts: everything fits.", f"/offers/{third}/acceptance")


def _unanswered(stage: Stage, offer: str, who: Person) -> None:
    """Let an offer run out, where time is played; else the centre declines it."""
    if not stage.clock.played:
        stage.page.says(
            "(An offer that nobody answers runs out by itself. Time is not played here, so this centre declines.)"
        )
        stage.does(who, "declines: no team is free.", f"/offers/{offer}/refusal", {"reason": "team_capacity"})
        return
    for _ in range(7):
        stage.let_pass(minutes=10)
        stage.timers()
    size = stage.sees(DUTY, "/ledger/head").content["size"]
    stage.page.step(
        stage.clock(),
        int(str(size)) - 1,
        "Nobody answers, reminders or not. The time is over: the offer expires by itself.",
    )
    stage.is_refused(who, "accepts after all, too late.", f"/offers/{offer}/acceptance")


def _transplant(stage: Stage, donation: str, run: str) -> None:
    """Recover the heart, have its label read by two, transplant it, and close the books."""
    at = f"/donors/{donation}"
    offer, who = _accepted(stage, run)
    stage.page.part("Crossmatch, recovery, and one label read by two people")
    stage.does(
        who,
        "reports the crossmatch: negative, no antibodies stand against it.",
        f"/offers/{offer}/crossmatch",
        {"result": "negative"},
    )
    stage.does(
        who,
        "admits the candidate for this transplant.",
        f"/offers/{offer}/admission",
        {"begins_at": stage.ago(minutes=-30)},
    )
    stage.does(who, "books the theatre.", f"/offers/{offer}/theatre", {"begins_at": stage.ago(hours=-3)})
    stage.does(COORDINATOR, "starts the recovery; every rule is asked again.", f"{at}/recovery", {"organs": ["heart"]})
    stage.let_pass(hours=3)
    alone = {"transplanted_at": stage.ago(), "label_confirmed_by": who.account}
    stage.is_refused(
        who,
        "records the transplant, with themselves as the second reader of the label.",
        f"/offers/{offer}/transplant",
        alone,
    )
    two = {"transplanted_at": stage.ago(), "label_confirmed_by": "the scrub nurse"}
    done = stage.does(
        who,
        "and the scrub nurse read the label together; the heart is transplanted.",
        f"/offers/{offer}/transplant",
        two,
    )
    stage.let_pass(hours=8)
    works = {"months": 0, "state": "alive_graft_works"}
    stage.does(who, "reports: the person lives, the heart works.", f"/transplants/{done.text('event')}/outcome", works)
    stage.page.part("The books are closed")
    close_day(stage)
    stage.does(
        COORDINATOR, "closes the donor's file: one organ transplanted.", f"{at}/closing", {"reason": "transplanted"}
    )
    stage.is_refused(COORDINATOR, "wants to add to the closed file.", f"{at}/family", papers.family(stage))


def close_day(stage: Stage) -> None:
    """Close the day of the hospital, where time is played; a day that goes on is closed by nobody."""
    if not stage.clock.played:
        stage.page.says("(The hospital's day is closed with its number of referrals once it is over; here it goes on.)")
        return
    day = (stage.clock()).date().fromordinal(stage.clock().date().toordinal() - 1)
    told = "closes the hospital's day with its number of referrals; a day without any is closed as zero."
    stage.does(COORDINATOR, told, f"/hospitals/{stage.hospital}/days/{day}/closing")


def _accepted(stage: Stage, run: str) -> tuple[str, Person]:
    """Return the offer of a run that was accepted, and who answers for its centre."""
    offers = cast("list[dict[str, object]]", stage.sees(DUTY, "/offers").content["offers"])
    held = next(each for each in offers if each["run"] == run and each["state"] == "accepted")
    places = cast("list[dict[str, object]]", stage.sees(DUTY, f"/runs/{run}").content["places"])
    centre = next(str(place["centre"]) for place in places if place["rank"] == held["rank"])
    return str(held["offer"]), stage.centre_person(centre)
