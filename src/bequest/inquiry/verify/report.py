"""Knows what a verification says: one line a check, and at the end what it shows and what it cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from bequest.inquiry.verify.spans import spans

if TYPE_CHECKING:
    from bequest.inquiry.verify.attestations import Attested
    from bequest.inquiry.verify.erasures import Erasures
    from bequest.inquiry.verify.offers import Offers

_ERASED = "subject.erased"
_MOST_SAID = 20
_LONGEST_SAID = 1000


class Verdict(Enum):
    """Name what came of a check."""

    OK = "ok"
    FINDING = "FINDING"
    BROKEN = "INTEGRITY"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Check:
    """Hold one check: its name, what came of it, and in a sentence what was seen; `details` are its findings."""

    name: str
    verdict: Verdict
    words: str
    details: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Return a sentence that may quote a file as a terminal can show it: no signs that steer it, nothing endless."""
    shown = "".join(each if each.isprintable() else "\ufffd" for each in text[:_LONGEST_SAID])
    return shown if len(text) <= _LONGEST_SAID else f"{shown} ..."


@dataclass
class Report:
    """Hold all checks of a bundle in their order, and the numbers of the closing statement."""

    checks: list[Check] = field(default_factory=list[Check])
    attested: dict[str, Attested] = field(default_factory=dict[str, "Attested"])
    independent: tuple[int, int] | None = None
    replayed: tuple[int, int] | None = None  # how many runs of how many
    offers: Offers | None = None
    erasures: Erasures | None = None
    unrepeatable: tuple[int, ...] = ()  # runs that cannot be ranked again, because somebody was erased
    lost: dict[str, int] = field(
        default_factory=dict[str, int]
    )  # by name of a lost log: leaves that are not in this one
    synthetic: bool = False
    key_from_bundle: bool = True

    @property
    def exit_code(self) -> int:
        """Return 0 where all holds, 1 where something was found, 3 where the evidence itself is broken."""
        verdicts = {check.verdict for check in self.checks}
        return 3 if Verdict.BROKEN in verdicts else 1 if Verdict.FINDING in verdicts else 0

    def verdict_of(self, name: str) -> Verdict:
        """Return what came of a check; one that was not made is not checked."""
        return next((check.verdict for check in self.checks if check.name == name), Verdict.NOT_CHECKED)

    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        width = max((len(check.name) for check in self.checks), default=0)
        found: list[str] = []
        for check in self.checks:
            found.append(f"{check.verdict.value:<11} {check.name:<{width}}  {plain(check.words)}")
            found += [f"{'':<11} {'':<{width}}    {plain(detail)}" for detail in check.details[:_MOST_SAID]]
            more = len(check.details) - _MOST_SAID
            if more > 0:
                found.append(f"{'':<11} {'':<{width}}    and {more} more")
        return [*found, "", *self.closing()]

    def closing(self) -> list[str]:
        """Return the statement with which every report ends: what is shown, what is not, and who else attested."""
        shows = {
            0: self._shown(),
            1: f"Shows: {self._unaltered()}. The findings above are not explained by the record.",
            3: "Shows: nothing. The evidence is not whole, or was altered.",
        }[self.exit_code]
        counts = ", ".join(
            f"{name} {one.outside}/{one.all}"
            for name in ("consent", "custody", "death", "laboratory")
            if (one := self.attested.get(name)) is not None
        )
        independent, signed = self.independent or (0, 0)
        witnesses = f"independent witnesses {independent} of {signed}"
        if independent < _INDEPENDENT:
            witnesses += (
                ", no independent witness"
                if not independent
                else f", fewer than {_INDEPENDENT}: no independent witness"
            )
        lines = [
            shows,
            *self._erased(),
            "Does not show: that any donor consented, was free, or was dead.",
            f"Attestations from outside the operator: {counts or 'not counted'}; {witnesses}.",
            "Who controls those who attested and witnessed, and with which keys they attest, is as the bundle says.",
        ]
        if self.key_from_bundle:
            lines.append(
                "The keys came from the bundle itself: whoever made it could have written it anew. With --trust FILE "
                "they are the ones you trust."
            )
        if self.synthetic:
            lines.append("synthetic: true (these people are invented)")
        return lines

    def _shown(self) -> str:
        if self.verdict_of("replay") is Verdict.OK and self.replayed is not None:
            done, runs = self.replayed
            if done == runs:
                return f"Shows: records unaltered, ranking follows policy{self._departed()}."
            return (
                f"Shows: records unaltered, ranking follows policy in the {done} of {runs} runs that were replayed"
                f"{self._departed()}."
            )
        shown = f"Shows: records unaltered, offers follow the committed ranks{self._departed()}."
        return f"{shown} That these follow the policy, only a replay shows."

    def _erased(self) -> list[str]:
        """Return in words what cannot be looked at any more, because somebody was erased by right."""
        if self.erasures is None or not self.erasures.persons:
            return []
        closed = len(self.erasures.numbers())
        persons = self.erasures.persons
        told = f"Erased by right: {persons:,} {'person' if persons == 1 else 'persons'}"
        if closed:
            told += f"; {closed:,} leaves are closed, by later leaves {_ERASED} that commit to them"
        if self.unrepeatable:
            told += f"; runs that ranked for or among them cannot be ranked again: {len(self.unrepeatable):,}"
            told += f" (leaves {spans(self.unrepeatable)})"
        return [f"{told}."]

    def _departed(self) -> str:
        """Return in words how many offers left the order by an approved departure, and what a lost log held beside."""
        count = 0 if self.offers is None else self.offers.departed
        departed = f", except for {count:,} under an approved departure" if count else ""
        lost = "".join(f"; {count:,} leaves of the lost {name} are not in it" for name, count in self.lost.items())
        return departed + lost

    def _unaltered(self) -> str:
        """Return in words what is shown beside findings; without its witnesses a log may have been written anew."""
        if self.verdict_of("checkpoint") is Verdict.FINDING:
            return "a record that agrees with itself; that it was not written anew, the missing witnesses would show"
        return "records unaltered"

    def to_data(self) -> dict[str, object]:
        """Return the report as plain data."""
        independent, signed = self.independent or (0, 0)
        return {
            "exit_code": self.exit_code,
            "synthetic": self.synthetic,
            "key_from_bundle": self.key_from_bundle,
            "checks": [
                {
                    "name": one.name,
                    "verdict": one.verdict.value,
                    "words": plain(one.words),
                    "details": [plain(each) for each in one.details],
                }
                for one in self.checks
            ],
            "erasures": {
                "persons": 0 if self.erasures is None else self.erasures.persons,
                "closed": [
                    {"leaf": leaf, "leaves": numbers}
                    for leaf, numbers in sorted(({} if self.erasures is None else self.erasures.closed).items())
                ],
                "not_ranked_again": list(self.unrepeatable),
            },
            "attested_outside": {name: {"outside": one.outside, "all": one.all} for name, one in self.attested.items()},
            "witnesses": {"independent": independent, "signed": signed},
            "closing": self.closing(),
        }


_INDEPENDENT = 2
"""How many witnesses that the operator's government does not control make a log independently witnessed (DESIGN 10)."""
