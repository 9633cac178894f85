"""Knows which timers are due: one function, called again and again by the worker, which may die at any place."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry.models import Answer, Offer
from bequest.registry.offers import Expiring, expire_offer
from bequest.registry.office import Request

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.registry.office import Office

ACTOR = "timer"


def run_due(office: Office, at: datetime) -> int:
    """Do what is due at an instant, and return how much was done; what another process did meanwhile is left alone.

    Each step has a request key of its own, so that a worker that dies and comes back does nothing twice.
    """
    done = 0
    answered = Answer.objects.using(office.using).values("offer_id")
    overdue = Offer.objects.using(office.using).filter(expires_at__lt=instant_text(at)).exclude(event_id__in=answered)
    for offer in cast("list[Offer]", list(overdue.order_by("expires_at", "event_id"))):
        done += _expired(office, offer.event_id)
    return done


def _expired(office: Office, offer: str) -> int:
    try:
        expire_offer(office, Request(f"timer:expire:{offer}", ACTOR), Expiring(offer))
    except InputError:
        # Somebody answered in this very moment; the answer stands.
        return 0
    return 1
