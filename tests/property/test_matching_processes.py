"""One digest: in every process, under every hash seed, by either evaluator."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(900)  # each process loads every policy of the library

PROGRAM = """
import sys
from hashlib import sha256
from pathlib import Path
from bequest.matching import run
from bequest.matching.plan_cases import is_plan_file
from bequest.matching.cases import case_donor, case_pool, read_cases
from bequest.policy import policy
digest = sha256()
for path in sorted(path for path in Path("cases").rglob("*.yaml") if not is_plan_file(path)):
    for case in read_cases(path)[:4]:
        chosen = policy(case.policy, on=case.at.date())
        result = run(chosen, case_donor(case, chosen), organ=chosen.organ, pool=case_pool(case, chosen), at=case.at,
                     inputs=case.inputs, lottery_seed=case.lottery_seed, allow_unverified=True, evaluator=sys.argv[1])
        digest.update(result.digest.encode() + repr(result.to_dict()).encode())
print(digest.hexdigest())
"""
ROOT = Path(__file__).parents[2]


def digest_of_a_fresh_process(evaluator, hash_seed):
    """Return what a new interpreter says of the first golden cases of every policy."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, evaluator],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.mark.full
@pytest.mark.jit
def test_two_fresh_processes_give_one_digest() -> None:
    runs = [("numpy", "0"), ("numba", str(secrets.randbelow(2**32)))]
    digests = {asked: digest_of_a_fresh_process(*asked) for asked in runs}
    assert len(set(digests.values())) == 1, digests


@pytest.mark.full
@pytest.mark.jit
def test_twenty_fresh_processes_give_one_digest() -> None:
    runs = [(name, str(secrets.randbelow(2**32))) for name in ("numpy", "numba") for _ in range(10)]
    digests = {asked: digest_of_a_fresh_process(*asked) for asked in runs}
    assert len(set(digests.values())) == 1, digests
