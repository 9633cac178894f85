"""Knows how to explain one registration's place in a stage, or its absence, from the stored integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.matching.evaluation import NO_CLASS
from bequest.matching.program import screens_of
from bequest.matching.run_atoms import plain_value
from bequest.matching.wording import value_text
from bequest.model.match_run import NO_CLASS_REASON
from bequest.policy.expression import judge, references
from bequest.policy.show import citation_text
from bequest.policy.spoken import name_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bequest.matching.stage_run import StageRun
    from bequest.policy.expression import Condition, Plain, Reference
    from bequest.policy.policy import PolicyClass, Screen


@dataclass(frozen=True, slots=True, repr=False)
class StageExplanation:
    """Hold why a registration has its place in a stage, line by line; prints as text."""

    registration: str
    stage: str
    ranks: tuple[int, ...]
    lines: tuple[str, ...]
    synthetic: bool

    def __str__(self) -> str:
        """Return the explanation as plain text, several lines."""
        return "\n".join(self.lines)

    def __repr__(self) -> str:
        """Return the text: what a prompt shows."""
        return str(self)

    def to_dict(self) -> dict[str, object]:
        """Return the explanation as plain data."""
        return {
            "registration": self.registration,
            "stage": self.stage,
            "synthetic": self.synthetic,
            "ranks": list(self.ranks),
            "lines": list(self.lines),
        }


def explain_stage(stage_run: StageRun, registration: str) -> StageExplanation:
    """Return the explanation of one registration; raise InputError if it is not in the pool."""
    run = stage_run.run
    row = run.pool.row(registration)
    places = [place for place in range(len(stage_run)) if stage_run.row_at(place) == row]
    synthetic = run.donor.synthetic or run.pool.synthetic
    head = (
        f"{registration}, {run.organ.value} of donor {run.donor.donor}, policy {run.policy.name} "
        f"({run.policy.edition}), stage {stage_run.stage.id}{' [synthetic: true]' if synthetic else ''}"
    )
    lines = [head, f"  The stage: {stage_run.stage.say}. It begins: {stage_run.stage.begins}"]
    for place in places:
        lines += _place_lines(stage_run, place)
    if not places:
        lines += _left_lines(stage_run, registration, row=row)
    lines += _passed_over(stage_run, row)
    return StageExplanation(
        registration, stage_run.stage.id, tuple(place + 1 for place in places), tuple(lines), synthetic
    )


def _place_lines(stage_run: StageRun, place: int) -> list[str]:
    entry = stage_run.stage.classes[stage_run.class_at(place)]
    lines = [
        f"Rank {place + 1} of {len(stage_run)} in the stage, rank {int(stage_run.order[place]) + 1} in the run.",
        f"  Class {entry.id}: {entry.say}.",
        *_value_lines(stage_run, entry.when, row=stage_run.row_at(place)),
        f"    [{citation_text(entry.cite)}]",
    ]
    if place == 0:
        return [*lines, "  Nobody is ahead."]
    above = stage_run.stage.classes[stage_run.class_at(place - 1)]
    other = f"{stage_run.run.pool.registrations[stage_run.row_at(place - 1)]} (rank {place} in the stage)"
    if above.id != entry.id:
        return [*lines, f"  Behind {other}, who is in an earlier class, {above.id}: {above.say}."]
    earlier = f"rank {int(stage_run.order[place - 1]) + 1} in the run"
    return [*lines, f"  Behind {other}, who is in the same class and came earlier, at {earlier}."]


def _left_lines(stage_run: StageRun, registration: str, *, row: int) -> list[str]:
    entry = next(each for each in stage_run.not_listed() if each.registration == registration)
    said: dict[str, Screen] = {screen.id: screen for screen in screens_of(stage_run.policy)}
    lines = ["Not listed in this stage." if entry.failed else "Cannot be judged, so not listed in this stage."]
    for name in (*entry.failed, *entry.unknown):
        if name in said:
            verdict = "failed" if name in entry.failed else "cannot be judged"
            lines.append(f"  {name} {verdict}. Required: {said[name].say}.")
            lines += _value_lines(stage_run, said[name].when, row=row)
            lines.append(f"    [{citation_text(said[name].cite)}]")
        else:
            lines.append(f"  {_REASONS[name]}")
    return lines


_REASONS = {
    "not-ranked": "The run itself does not rank this registration; its own explanation says why.",
    "already-offered": "The organ was offered to this registration already, or is no longer wanted.",
    NO_CLASS_REASON: "No class of the stage is known to fit.",
}


def _passed_over(stage_run: StageRun, row: int) -> list[str]:
    """Return the classes before the candidate's own whose condition could not be judged."""
    if not stage_run.evaluation.class_unknown[0, row]:
        return []
    own = int(stage_run.evaluation.class_[0, row])
    earlier: Iterable[PolicyClass] = stage_run.stage.classes if own == NO_CLASS else stage_run.stage.classes[:own]
    lines: list[str] = []
    for entry in earlier:
        if judge(entry.when, lambda reference: _plain(stage_run, reference, row=row)) is None:
            lines.append(f"  Class {entry.id} could not be judged and was passed over: {entry.say}.")
            lines += _value_lines(stage_run, entry.when, row=row)
    return lines


def _value_lines(stage_run: StageRun, condition: Condition, *, row: int) -> list[str]:
    lines: list[str] = []
    for reference in dict.fromkeys(references(condition)):
        told = value_text(_value(stage_run, reference, row=row), reference.column)
        lines.append(f"    {name_text(reference)}: {'missing' if told is None else told}")
    return lines


def _plain(stage_run: StageRun, reference: Reference, *, row: int) -> Plain | None:
    return plain_value(_value(stage_run, reference, row=row), reference)


def _value(stage_run: StageRun, reference: Reference, *, row: int) -> int:
    found = stage_run.facts.run_values.get(reference)
    return stage_run.facts.value(stage_run.program.row_of(reference), row) if found is None else found
