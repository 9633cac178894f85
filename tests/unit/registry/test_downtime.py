"""A downtime pack of the registry gives the very run that the registry would make."""

import pytest

from bequest.cli.pack_file import packed_plan, packed_policy, packed_pool
from bequest.ledger.downtime_pack import pack_bytes, read_pack
from bequest.matching import run
from bequest.model.enums import Organ
from bequest.registry.downtime import downtime_pack
from bequest.registry.listings import Suspension, suspend_registration
from bequest.registry.match_runs import ranked_anew
from bequest.registry.models import MatchRun
from bequest.registry.rows import needed
from downtime_packs import KEY, NONCE, SIGNER
from registry_offices import ask, enact_plan, heart_run, opened_office


@pytest.mark.parametrize("name", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_run_from_a_pack_is_the_registry_s_own_to_the_last_digit(name):
    with opened_office(name) as office:
        _, entered = heart_run(office)
        row = needed(office.using, MatchRun, "", event_id=entered.event_id)
        own = ranked_anew(office, row).ranking
        data = pack_bytes(downtime_pack(office), key=KEY, nonce=NONCE, signer=SIGNER)
        pack = read_pack(data, key=KEY, maker=SIGNER.key)
        found = run(
            packed_policy(pack, Organ.HEART), own.donor, organ=Organ.HEART,
            pool=packed_pool(pack, Organ.HEART, own.at), at=own.at,
        )  # fmt: skip
        assert found.digest == own.digest
        assert pack.synthetic


def test_a_pack_is_of_one_leaf_and_shows_no_later_change():
    with opened_office("sqlite") as office:
        before = downtime_pack(office)
        first = before.lists[Organ.HEART][0]["registration"]
        suspend_registration(office, ask(), Suspension(first, "medical"))
        after = downtime_pack(office)
        assert after.log_size == before.log_size + 1
        assert [row["status"] for row in after.lists[Organ.HEART]] != [
            row["status"] for row in before.lists[Organ.HEART]
        ]
        assert set(before.policies) == set(after.policies)


def test_a_pack_holds_the_donor_plan_that_is_in_force():
    with opened_office("sqlite") as office:
        assert downtime_pack(office).plan is None
        enact_plan(office)
        pack = read_pack(
            pack_bytes(downtime_pack(office), key=KEY, nonce=NONCE, signer=SIGNER), key=KEY, maker=SIGNER.key
        )
        assert packed_plan(pack).name == "core/donor-plan"
