from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bequest.cli.instant import instant
from bequest.model.errors import InputError


@pytest.mark.parametrize("written", ["2026-11-01T00:00:00Z", "2026-11-01T01:00:00+01:00", "2026-11-01 00:00Z"])
def test_an_instant_is_read_in_its_zone_and_kept_in_utc(written):
    assert instant(written) == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("written", ["yesterday", "", "2026-13-01T00:00:00Z"])
def test_a_text_that_is_no_instant_is_refused(written):
    with pytest.raises(InputError, match="is no instant; write it as 2026-11-01T00:00:00Z"):
        instant(written)


@pytest.mark.parametrize("written", ["2026-11-01", "2026-11-01T00:00:00"])
def test_an_instant_without_a_zone_is_refused(written):
    with pytest.raises(InputError, match="has no time zone"):
        instant(written)
