"""Knows a policy or a donor plan as one page of HTML that a person reads: no script, nothing loaded from elsewhere."""

from bequest.policy.page.document import policy_page
from bequest.policy.page.plan import plan_page

__all__ = ["plan_page", "policy_page"]
