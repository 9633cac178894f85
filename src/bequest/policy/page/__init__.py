"""Knows a policy as one page of HTML that a person reads: no script, and nothing that is loaded from elsewhere."""

from bequest.policy.page.document import policy_page

__all__ = ["policy_page"]
