"""Only the rules that the data name can be lifted."""

import pytest

from bequest.model.team import Role
from bequest.safeguards.finding import RuleId
from bequest.safeguards.release import released
from donor_files import AT, hours, release


def test_one_of_two_roles_is_enough_where_one_signature_is_asked_for():
    given = [release("DON-11", Role.CORONER)]
    assert released(given, RuleId("DON-11"), at=AT, not_before=hours(0))


@pytest.mark.parametrize("rule", ["DON-02", "DON-10", "DON-14", "ALC-10"])
def test_asking_for_a_release_that_there_is_not_is_our_own_mistake(rule):
    with pytest.raises(AssertionError, match="can be lifted by somebody"):
        released([], RuleId(rule), at=AT, not_before=hours(0))
