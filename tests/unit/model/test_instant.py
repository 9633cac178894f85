from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bequest.model.errors import InputError
from bequest.model.instant import instant_of


@pytest.mark.parametrize("written", ["2026-11-01T00:00:00Z", "2026-11-01T01:00:00+01:00", "2026-11-01 00:00Z"])
def test_an_instant_is_read_in_its_zone_and_kept_in_utc(written):
    assert instant_of(written) == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("written", ["yesterday", "", "2026-13-01T00:00:00Z"])
def test_a_text_that_is_no_instant_is_refused(written):
    with pytest.raises(InputError, match="is no instant; write it as 2026-11-01T00:00:00Z"):
        instant_of(written)


@pytest.mark.parametrize("written", ["2026-11-01", "2026-11-01T00:00:00"])
def test_an_instant_without_a_zone_is_refused(written):
    with pytest.raises(InputError, match="has no time zone"):
        instant_of(written)


@pytest.mark.parametrize("at", [datetime(2026, 11, 1), "2026-11-01"])  # noqa: DTZ001  what is refused
def test_it_is_called_what_the_asker_calls_it(at):
    with pytest.raises(InputError, match=r"--at '2026-11-01.*' has no time zone"):
        instant_of(at, called="--at")


@pytest.mark.parametrize("at", [None, 20261101, "2026-11-01T00:00:00Z" * 9])
def test_what_is_no_text_and_no_datetime_names_no_instant(at):
    with pytest.raises(InputError, match="is no instant"):
        instant_of(at)


def test_a_fraction_of_a_second_is_refused():
    with pytest.raises(InputError, match="has a fraction of a second, which no record keeps"):
        instant_of("2026-11-01T00:00:00.5Z")


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2200-01-01T00:00:00Z",
        "2199-12-31T23:59:59-12:00",
        "1900-01-01T00:00:00+14:00",
    ],
)
def test_years_beyond_all_records_are_refused(at):
    with pytest.raises(InputError, match="lies outside the years 1900 to 2199"):
        instant_of(at)


def test_the_year_that_counts_is_the_one_in_utc():
    assert instant_of("2200-01-01T05:00:00+14:00") == datetime(2199, 12, 31, 15, tzinfo=UTC)
