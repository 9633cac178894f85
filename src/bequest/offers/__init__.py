"""Knows the offers of one donor as a pure state machine: who is offered what, answers, expiry, promotion, skips."""

from bequest.offers.machine import apply
from bequest.offers.next_offer import next_offers
from bequest.offers.timetable import due, next_due_at

__all__ = ["apply", "due", "next_due_at", "next_offers"]
