"""Knows an agreement with another country for tests, and a run at home in which nobody wants the heart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bequest.registry.exchanges import ExchangeEnacted, ExchangeProposal, Organisation, enact_exchange, propose_exchange
from bequest.registry.offers import Ending, decline_offer, next_rank
from registry_offices import BEGIN, ask, offer

DOCUMENT = "ab" * 32
ABROAD = Organisation("transplant.example", "allocation_organisation")


def agreed(office, document=DOCUMENT, *, enacted=True, country="YY", **changed):
    """Propose an agreement with another country, and put it in force."""
    proposal = ExchangeProposal(
        country, document, BEGIN - timedelta(days=30), (ABROAD,), traceable_both_ways=True, equivalent_standard=True
    )
    propose_exchange(office, ask("priya"), replace(proposal, **changed))
    if enacted:
        enact_exchange(office, ask("committee"), ExchangeEnacted(document, office.clock.now.date()))


def declined_by_all(office, run):
    """Offer the heart to everybody of a run, each of whom declines."""
    while (rank := next_rank(office, run.event_id)) is not None:
        made = offer(office, run, rank)
        decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))
