"""Every falsification of a bundle is caught and named, from a flipped bit to an operator who signs the whole again."""

from __future__ import annotations

import random

import pytest

from bequest.inquiry.replay import replay, replayer_of
from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.report import Verdict
from demo_years import small_year
from ledger_mutations import SIGNED_AGAIN, SIMPLE

DAILY, SOAK = 2_000, 100_000
# Of the simple falsifications nearly all fail at the first check, so they are cheap: three of four are of these.
SHARE_OF_SIMPLE = 0.75


def caught(year, files):
    """Return the sentences in which a falsified bundle is told; empty where it passes for whole.

    The reader has a trust file and the newest checkpoint that the witnesses published.
    """
    try:
        evidence = MemoryEvidence(files)
    except BrokenError as error:
        return [str(error)]
    found = verify_bundle(evidence, trust_text=year.trust, older=year.record.checkpoints[-1:])
    if found.report.exit_code == 0:

        def step(verification, say):
            for sentence in replay(replayer_of(verification), full=True, progress=lambda *_: None):
                say(sentence)
            return "replayed"

        found.check("replay", step)
    wrong = [check for check in found.report.checks if check.verdict in {Verdict.FINDING, Verdict.BROKEN}]
    return [sentence for check in wrong for sentence in (check.words, *check.details)]


def campaign(seeds):
    """Return the falsifications, by seed and name, that nobody caught, and how many there were of each."""
    year, missed, tried = small_year(), [], {}
    for seed in seeds:
        draw = random.Random(seed)  # noqa: S311  nothing is kept secret with it, and the seed is in the answer
        mutate = draw.choice(SIMPLE if draw.random() < SHARE_OF_SIMPLE else SIGNED_AGAIN)
        files = mutate(year, draw)
        if files is None or files == year.bundle():
            continue
        tried[mutate.__name__] = tried.get(mutate.__name__, 0) + 1
        if not caught(year, files):
            missed.append((seed, mutate.__name__))
    return missed, tried


def test_the_bundle_itself_is_whole():
    year = small_year()
    assert caught(year, year.bundle()) == []


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.full) for part in range(1, 4))])
def test_every_falsification_is_caught(part):
    missed, tried = campaign(range(part * DAILY // 4, (part + 1) * DAILY // 4))
    assert missed == []
    assert set(tried) == {mutate.__name__ for mutate in (*SIMPLE, *SIGNED_AGAIN)}


@pytest.mark.soak
@pytest.mark.parametrize("part", range(50))
def test_every_falsification_of_a_long_campaign_is_caught(part):
    first = DAILY + part * SOAK // 50
    assert campaign(range(first, first + SOAK // 50))[0] == []
