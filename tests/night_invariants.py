"""Knows what must hold of the rows of a registry after whatever step, by the numbers of the invariants I1 to I17.

I14 (no money) is of the tables, I15 (each read has a row) of the service, and I16 (one answer to a request key) of a
step: the first two are held in tests/forbidden/test_ledger_invariants.py, the last by whoever takes the step.
"""

from __future__ import annotations

from bequest.ledger.merkle import Frontier, leaf_hash
from bequest.ledger.store import head
from bequest.registry.match_runs import ranked_anew
from bequest.registry.models import Event, MatchRun
from bequest.registry.rows import every, needed, store_of
from bequest.registry.run_orders import places_of
from bequest.registry.secrecy import event_fields
from registry_offices import loose_ends

_LEAF = "SELECT 1 FROM ledger_entry l JOIN registry_event e ON e.id = l.event_id WHERE e.case_name = o.case_id AND"
_PLACES = " UNION ALL ".join(
    f"SELECT run_id, rank FROM {table}"  # noqa: S608  our own names
    for table in ("registry_offer", "registry_offerseat", "registry_promotion", "registry_promotionseat")
)
_OFFERED = (("registry_offer", "event_id"), ("registry_offerseat", "offer_id"))


BROKEN = {
    "I1 a part has two live acceptances": (
        "SELECT part_id FROM registry_acceptance WHERE ended_by_id IS NULL GROUP BY part_id HAVING count(*) > 1"
    ),
    **{
        f"I2 an offer without consent and death of its own ({table})": (
            f"SELECT 1 FROM {table} o JOIN ledger_entry me ON me.event_id = o.{name}"  # noqa: S608  our own names
            f" WHERE NOT EXISTS ({_LEAF} l.idx = o.consent_idx AND l.kind = 'consent.verified' AND l.idx < me.idx)"
            f" OR NOT EXISTS ({_LEAF} l.idx = o.death_idx AND l.kind = 'death.certified' AND l.idx < me.idx)"
            f" OR EXISTS ({_LEAF} l.kind = 'consent.revoked' AND l.idx < me.idx)"
        )
        for table, name in _OFFERED
    },
    "I3 an organ of somebody living": "SELECT 1 FROM registry_organ WHERE donor_kind = 'living'",
    **{
        f"I5 somebody above an offer was neither offered nor passed over ({table})": (
            f"WITH RECURSIVE r(run_id, rank) AS (SELECT run_id, max(rank) - 1 FROM {table} GROUP BY run_id"  # noqa: S608  our own names
            " UNION ALL SELECT run_id, rank - 1 FROM r WHERE rank > 1)"
            " SELECT 1 FROM r WHERE r.rank > 0 AND NOT EXISTS"
            f" (SELECT 1 FROM ({_PLACES}) p WHERE p.run_id = r.run_id AND p.rank = r.rank)"
            " AND NOT EXISTS (SELECT 1 FROM registry_passedover s WHERE s.run_id = r.run_id AND s.act = 'offered'"
            " AND r.rank BETWEEN s.first_rank AND s.last_rank)"
        )
        for table, _ in _OFFERED
    },
    "I6 an acceptance that was not answered in time": (
        "SELECT 1 FROM registry_acceptance a LEFT JOIN registry_answer w ON w.offer_id = a.offer_id"
        " AND w.kind = 'offer.accepted' AND w.answered_at < w.expires_at WHERE w.offer_id IS NULL"
    ),
    "I8 a run by a policy that was not the one in force, or that one person put in force": (
        "SELECT 1 FROM registry_matchrun r JOIN registry_policyenactment n ON n.event_id = r.enactment_id"
        " JOIN registry_policy p ON p.event_id = n.policy_id WHERE n.effective_on > substr(r.ranked_at, 1, 10)"
        " OR n.signer_first = n.signer_second OR EXISTS (SELECT 1 FROM registry_policyenactment m"
        " JOIN registry_policy q ON q.event_id = m.policy_id WHERE q.organ = p.organ"
        " AND m.effective_on > n.effective_on AND m.effective_on <= substr(r.ranked_at, 1, 10))"
    ),
    "I9 a time that goes backwards": (
        "SELECT 1 FROM ledger_entry a JOIN registry_event e ON e.id = a.event_id JOIN ledger_entry b"
        " ON b.idx = a.idx + 1 JOIN registry_event f ON f.id = b.event_id WHERE f.at < e.at"
    ),
    "I12 something for a recipient before the donor's allocation opened": (
        "SELECT 1 FROM registry_recipientevent WHERE made_at < allocation_open_at OR begins_at < allocation_open_at"
    ),
    "I13 a departure, or a run, that one person answers for twice": (
        "SELECT 1 FROM registry_overridedecision WHERE decided_by = requested_by"
        " UNION ALL SELECT 1 FROM registry_runsignature GROUP BY run_id, signer HAVING count(*) > 1"
    ),
    "I17 a recovery while its gate was shut": (
        "SELECT 1 FROM registry_recovery o JOIN ledger_entry me ON me.event_id = o.event_id"  # noqa: S608  our own names
        f" WHERE NOT EXISTS ({_LEAF} l.kind = 'death.certified' AND l.idx < me.idx) OR EXISTS ("
        " SELECT 1 FROM registry_pause p JOIN ledger_entry l ON l.event_id = p.event_id WHERE p.case_id = o.case_id"
        " AND l.idx < me.idx AND NOT EXISTS (SELECT 1 FROM registry_resumption t JOIN ledger_entry n"
        " ON n.event_id = t.event_id WHERE t.pause_id = p.event_id AND n.idx < me.idx))"
    ),
}
"""What is broken, and the statement that finds it."""


class Invariants:
    """Keep what a registry showed so far: its leaves, and the runs that were ranked anew."""

    def __init__(self, office):
        self.office, self.leaves, self.checked = office, [], set()

    def hold(self):
        """Check what must hold of the rows at any time."""
        for name, statement in BROKEN.items():
            assert store_of(self.office.using).run(f"{statement} LIMIT 1").fetchone() is None, name
        assert loose_ends(self.office) == (0, 0, 0), "I10"
        self._log()
        for run in every(self.office.using, MatchRun):
            if run.event_id not in self.checked:
                self._run(run)

    def _log(self):
        """Hold that the log goes on from what it was, and that its head is over its leaves (I11)."""
        store = store_of(self.office.using)
        rows = store.run("SELECT leaf, leaf_hash FROM ledger_entry ORDER BY idx").fetchall()
        hashes = [bytes(digest) for _, digest in rows]
        assert hashes[: len(self.leaves)] == self.leaves, "I11: an earlier leaf is another one, or is gone"
        for leaf, digest in rows[len(self.leaves) :]:
            assert leaf_hash(bytes(leaf)) == bytes(digest), "I11"
        frontier = Frontier()
        for digest in hashes:
            frontier = frontier.with_leaf(digest)
        assert head(store) == frontier, "I11"
        self.leaves = hashes

    def _run(self, run):
        """Hold that everybody of the list is a row of a run (I4), and that it comes out again as it was (I7)."""
        fields = event_fields(self.office, needed(self.office.using, Event, "", id=run.event_id))
        ranked = ranked_anew(self.office, run)
        assert ranked.rows.root().hex() == fields["rows_root"], "I7"
        places = places_of(self.office.using, run.event_id)
        assert len(places) == fields["ranked"], "I4"
        named = len({place.registration for place in places})
        assert named + fields["not_ranked"] == fields["registrations"] == len(ranked.ranking.pool), "I4"
        self.checked.add(run.event_id)
