"""Checks that every policy runs on the population of its country, and that its places can be explained."""

import pytest

from bequest.cli.missing import passed_over
from bequest.files import read_pool
from bequest.files.directory import read_donors
from bequest.matching import run
from bequest.policy.library import loaded, names, versions
from bequest.simulation.population import FileFormat, write_population
from bequest.simulation.population.places import country_names

AT = "2026-11-01T00:00:00Z"
DEMO = ("core", "eurotransplant")
DONORS_OF = {
    "br/liver-child-donor": lambda facts: facts["age_years"] <= 18 or facts["weight_kg"] < 40,
    "uk/liver": lambda facts: facts["death_criteria"] != "circulatory",
}
"""Policies that are for some donors only."""
POLICIES = [
    pytest.param(loaded(version), id=f"{name}@{version.edition}") for name in names() for version in versions(name)
]


def country_of(policy):
    jurisdiction = policy.name.split("/")[0]
    return "demo" if jurisdiction in DEMO else jurisdiction


@pytest.fixture(scope="module")
def listed(made, tmp_path_factory):
    """Return a function that gives the pool, the donors and the inputs of a country for an organ, read from files."""
    known = {}

    def read(country, organ):
        if (country, organ) not in known:
            population = made(country=country, organ=organ, candidates=300, donors=40)
            directory = tmp_path_factory.mktemp(f"{country}-{organ.value}") / "files"
            write_population(population, directory, file_format=FileFormat.PARQUET)
            known[country, organ] = (
                read_pool(directory, organ, AT), read_donors(directory), population.inputs["inputs"],
            )  # fmt: skip
        return known[country, organ]

    return read


@pytest.fixture(scope="module")
def runs(listed):
    """Return a function that gives the runs of a policy for the donors of its country that it is meant for."""
    known = {}

    def ranked(policy):
        if policy.hash not in known:
            pool, donors, inputs = listed(country_of(policy), policy.organ)
            meant = DONORS_OF.get(policy.name, lambda _facts: True)
            known[policy.hash] = [
                run(policy, donor, organ=policy.organ, pool=pool, at=AT, inputs=given(policy, inputs),
                    allow_unverified=True, evaluator="numpy")
                for donor in [donor for donor in donors.values() if meant(donor.facts)][:6]
            ]  # fmt: skip
        return known[policy.hash]

    return ranked


def given(policy, inputs):
    """Return the inputs of the population that a policy names."""
    return {name: value for name, value in inputs.items() if name in policy.inputs}


def test_every_jurisdiction_of_the_library_has_a_population():
    assert {name.split("/")[0] for name in names()} <= {*country_names(), *DEMO}


@pytest.mark.parametrize("policy", POLICIES)
def test_hardly_anybody_is_left_out_for_missing_facts(policy, runs):
    for found in runs(policy):
        unknown = [entry for entry in found.not_ranked() if entry.unknown]
        passed = passed_over(found)

        assert len(unknown) + len(passed) <= 0.1 * len(found.pool)


@pytest.mark.parametrize("policy", POLICIES)
def test_somebody_is_ranked_and_the_first_and_a_middle_place_are_explained(policy, runs):
    longest = max((found.ranked() for found in runs(policy)), key=len)
    found = max(runs(policy), key=lambda one: len(one.ranked()))

    assert longest
    for entry in (longest[0], longest[len(longest) // 2]):
        told = str(found.explain(entry.registration))
        assert f"Rank {entry.rank} of {len(longest)}." in told
        assert f"  Class {entry.class_id}" in told
