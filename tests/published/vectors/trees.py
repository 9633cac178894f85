"""Knows vectors of trees: the reference tree of RFC 6962, and proofs that hold or must be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.comparison import Compared, Difference

from bequest.inquiry.verify import tree
from bequest.inquiry.verify.finding import BrokenError
from bequest.ledger import merkle
from bequest.ledger.errors import LedgerError
from vectors.fields import as_bytes, as_hashes, as_number, field, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Row = Mapping[str, object]

_INCLUSION = ("index", "size", "leaf", "proof", "root")


def is_reference(content: Row) -> bool:
    """Return whether a file holds leaves and the roots over the first of them."""
    return {"leaf_inputs_hex", "roots_hex_by_size_1_to_8", "hasher"} <= set(content)


def compare_reference(content: Row) -> Iterator[Compared]:
    """Return the empty root, each hash and each root, compared."""
    leaves = [bytes.fromhex(text) for text in content["leaf_inputs_hex"]]
    empty = bytes.fromhex(content["empty_root"])
    yield _same("empty root", empty, merkle.EMPTY_ROOT, tree.NOTHING)
    for case in content["hasher"]:
        parts = [case[key].encode() for key in ("in_utf8", "left_utf8", "right_utf8") if key in case]
        ours = merkle.leaf_hash if case["op"] == "leaf" else merkle.node_hash
        theirs = tree.of_leaf if case["op"] == "leaf" else tree.of_pair
        yield _same(case["op"], bytes.fromhex(case["out"]), ours(*parts), theirs(*parts))
    for size, expected in enumerate(content["roots_hex_by_size_1_to_8"], 1):
        hashes = [merkle.leaf_hash(leaf) for leaf in leaves[:size]]
        yield _same(f"root of {size}", bytes.fromhex(expected), merkle.root(hashes), tree.root_of(hashes))


def has_probes(content: Row) -> bool:
    """Return whether a file holds probes: proofs, some of which must be refused."""
    return isinstance(content.get("probes"), dict)


def compare_probes(content: Row) -> Iterator[Compared]:
    """Return each probe of inclusion and consistency, compared; the ledger has no subtrees, so theirs are left out."""
    for probe in content["probes"].get("inclusion", ()):
        yield _judged(probe, _inclusion(probe))
    for probe in content["probes"].get("consistency", ()):
        yield _judged(probe, _consistency(probe))


def has_inclusions(content: Row) -> bool:
    """Return whether a file holds proofs of inclusion outside probes."""
    return "probes" not in content and bool(rows(content, having=_INCLUSION))


def compare_inclusions(content: Row) -> Iterator[Compared]:
    """Return each proof of inclusion, compared; it holds unless the row says that it must not."""
    for name, row in rows(content, having=_INCLUSION):
        yield _judged({**row, "id": name}, _inclusion(row))


def _inclusion(row: Row) -> tuple[Callable[[], object], Callable[[], object]]:
    leaf, root, proof = as_bytes(field(row, "leaf")), as_bytes(field(row, "root")), as_hashes(field(row, "proof"))
    index, size = as_number(field(row, "index")), as_number(field(row, "size"))
    return (
        lambda: merkle.verify_inclusion(leaf, index=index, size=size, path=proof, under=root),
        lambda: tree.check_inclusion(leaf, index=index, size=size, proof=proof, root=root),
    )


def _consistency(row: Row) -> tuple[Callable[[], object], Callable[[], object]]:
    sizes = as_number(row["size1"]), as_number(row["size2"])
    roots, proof = (as_bytes(row["root1"]), as_bytes(row["root2"])), as_hashes(row["proof"])
    return (
        lambda: merkle.verify_consistency(
            old_size=sizes[0], new_size=sizes[1], old_root=roots[0], new_root=roots[1], path=proof
        ),
        lambda: tree.check_consistency((sizes[0], roots[0]), (sizes[1], roots[1]), proof),
    )


def _judged(row: Row, checks: tuple[Callable[[], object], Callable[[], object]]) -> Compared:
    wanted = not row.get("wantErr", False)
    got = [_holds(check) for check in checks]
    fields = zip(("ledger", "inquiry"), got, strict=True)
    return Compared(
        str(row["id"]),
        row.get("desc"),
        tuple(Difference(name, wanted, each) for name, each in fields if each != wanted),
    )


def _holds(check: Callable[[], object]) -> bool:
    try:
        check()
    except (LedgerError, BrokenError):
        return False
    return True


def _same(name: str, expected: bytes, *got: bytes) -> Compared:
    return Compared(name, None, tuple(Difference(name, expected.hex(), each.hex()) for each in got if each != expected))
