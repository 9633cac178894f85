"""The file that says whom a reader trusts."""

import pytest

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import read_key
from bequest.inquiry.verify.trust import read_trust
from ledger_keys import log_signer, mldsa_signer, witness_signer

LOG = log_signer().key.vkey()
NAMES = {2: "one", 3: "two", 4: "three"}
ONE, TWO, THREE = (witness_signer(number, f"witness.example/{name}").key.vkey() for number, name in NAMES.items())
FILE = f"""# whom we trust
log {LOG} https://log.example/zz
witness one {ONE}
witness two {TWO} https://two.example
witness three {THREE}
witness later {mldsa_signer(9).key.vkey()}
group outside 2 one two three
group all-of-them all outside later  # and the later one
quorum all-of-them
"""


def signed(*lines):
    return frozenset(read_key(line) for line in lines)


def test_a_quorum_counts_witnesses_and_groups():
    trust = read_trust(FILE)
    later = mldsa_signer(9).key.vkey()
    assert trust.logs == (read_key(LOG),)
    assert trust.has_quorum(signed(ONE, TWO, later))
    assert not trust.has_quorum(signed(ONE, later))
    assert not trust.has_quorum(signed(ONE, TWO, THREE))


@pytest.mark.parametrize(
    ("quorum", "lines", "held"),
    [
        ("none", (), True),
        ("one", (ONE,), True),
        ("one", (TWO,), False),
        ("any-of-them", (THREE,), True),
        ("any-of-them", (), False),
    ],
)
def test_a_quorum_may_be_nobody_one_witness_or_any(quorum, lines, held):
    trust = read_trust(
        f"log {LOG}\nwitness one {ONE}\nwitness three {THREE}\ngroup any-of-them any one three\nquorum {quorum}\n"
    )
    assert trust.has_quorum(signed(*lines)) == held


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("quorum none", "names no log"),
        (f"log {LOG}", "exactly one line `quorum`"),
        (f"log {LOG}\nquorum none\nquorum none", "exactly one line `quorum`"),
        ("log x", "line 1: 'x' is no key"),
        (f"log {ONE}", "line 1: the key of witness.example/one is of the wrong kind"),
        (f"witness one {LOG}", "of the wrong kind"),
        (f"log {LOG}\nlog {LOG}", "line 2: the key of log.example/zz stands in the file twice"),
        (f"witness one {ONE}\nwitness two {ONE}", "twice"),
        (f"witness one {ONE}\nwitness one {TWO}", "the name 'one' cannot be given here"),
        (f"witness none {ONE}", "the name 'none' cannot"),
        (f"log {LOG}\nquorum one", "'one' was not defined before"),
        (f"witness one {ONE}\ngroup a any one\ngroup b any one", "'one' is a member of two groups"),
        (f"witness one {ONE}\ngroup a 2 one", "'2' of 1 members cannot be asked for"),
        (f"witness one {ONE}\ngroup a 0 one", "'0' of 1 members"),
        (f"witness one {ONE}\ngroup a some one", "'some' of 1 members"),
        ("group a any", "'group' is no line of a trust file"),
        ("hello", "'hello' is no line of a trust file"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text, says):
    with pytest.raises(BrokenError, match=says):
        read_trust(text)


def test_a_file_may_name_a_thousand_witnesses_and_no_more(monkeypatch):
    monkeypatch.setattr("bequest.inquiry.verify.trust._MOST_NAMES", 1)
    with pytest.raises(BrokenError, match="more than 1 names"):
        read_trust(f"witness one {ONE}\nwitness two {TWO}")
