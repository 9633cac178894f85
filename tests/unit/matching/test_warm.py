from __future__ import annotations

from bequest.matching.warm import warm


def test_the_kernels_run_on_nobody():
    assert warm() is None
