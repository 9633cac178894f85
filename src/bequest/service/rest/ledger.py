"""Knows the endpoints that everybody may read: the log and its proofs, policies, skips and bundles.

A leaf holds numbers and commitments, no person; a skip names ranks, no person.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Annotated, cast

from django.conf import settings
from django.http import FileResponse, HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import StringConstraints

from bequest.ledger.store import head
from bequest.ledger.stored_checkpoints import newest
from bequest.ledger.stored_tree import inclusion_path, leaves, root_at
from bequest.offers.skip_class import skip_reasons
from bequest.registry.models import MatchRun, PassedOver
from bequest.registry.rows import every, leaf_of, store_of
from bequest.service.office import office
from bequest.service.problem import ProblemError
from bequest.service.quorum import quorum_notice
from bequest.service.rest.common import ERRORS, Cursor, Hex64, Limit, Problem, cursor_of, number_of
from bequest.service.rest.policies import PolicyOut, PolicyText, policies_out, policy_text
from bequest.service.rest.subjects import organ_of

router = Router(tags=["public"])
_LARGEST = 1 << 62
_ZIP = {
    "responses": {
        200: {
            "description": "The bundle.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
Index = Annotated[int, Query(ge=0, le=_LARGEST)]


class HeadOut(Schema):
    """Tell how far the log goes; `checkpoint` is the newest signed note, null before the publisher ran.

    `notice` is told after ten minutes without a quorum of witnesses.
    """

    size: int
    root: str | None
    checkpoint: str | None
    notice: str | None


class LeafOut(Schema):
    """Tell one entry of the log, as it was hashed."""

    index: int
    kind: str
    at: str
    leaf: str
    hash: str


class LeafPage(Schema):
    """Hold a page of the log; `next` is null at its end."""

    entries: list[LeafOut]
    next: str | None


class ProofOut(Schema):
    """Prove that an entry is in the tree of a size: hashes in base64, nearest first."""

    index: int
    size: int
    leaf_hash: str
    root: str
    path: list[str]


class SkipOut(Schema):
    """Tell that places of a run were passed over, by an offer, an acceptance or a transplant, and why."""

    leaf: int
    run_leaf: int
    organ: str
    ranked_on: str
    first_rank: int
    last_rank: int
    reason: str
    skip_class: str
    act: str


class SkipPage(Schema):
    """Hold a page of skips, the newest first."""

    skips: list[SkipOut]
    next: str | None


class BundleOut(Schema):
    """Tell of a published bundle, which `bequest verify` checks."""

    name: str
    bytes: int
    sha256: str


@router.get("/ledger/head", auth=None, response={200: HeadOut, ERRORS: Problem})
def read_head(request: HttpRequest) -> dict[str, object]:
    """Read how far the log goes, and its newest signed checkpoint."""
    del request
    store = store_of(office().using)
    size, signed = head(store).size, newest(store)
    return {
        "size": size,
        "root": _text(root_at(store, size)) if size else None,
        "checkpoint": None if signed is None else signed.note.to_bytes().decode(),
        "notice": quorum_notice(),
    }


@router.get("/ledger/entries", auth=None, response={200: LeafPage, ERRORS: Problem})
def list_entries(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, object]:
    """Read entries of the log in their order."""
    del request
    store, start = store_of(office().using), number_of(cursor) or 0
    size = head(store).size
    end = min(start + limit, size)
    found = leaves(store, start, end) if start < end else ()
    return {
        "entries": [
            {
                "index": each.index,
                "kind": each.kind,
                "at": each.at,
                "leaf": each.leaf.decode(),
                "hash": _text(each.leaf_hash),
            }
            for each in found
        ],
        "next": cursor_of(str(end)) if start < end < size else None,
    }


@router.get("/ledger/proof", auth=None, response={200: ProofOut, ERRORS: Problem})
def prove(request: HttpRequest, index: Index, size: Index | None = None) -> dict[str, object]:
    """Prove that an entry is in the log, in the tree of a size or of all that there is."""
    del request
    store = store_of(office().using)
    whole = head(store).size
    wanted = whole if size is None else size
    if wanted > whole or index >= wanted:
        raise ProblemError(404, "not-found", f"The log has {whole} entries; ask for one of them, and for no more.")
    (entry,) = leaves(store, index, index + 1)
    return {
        "index": index,
        "size": wanted,
        "leaf_hash": _text(entry.leaf_hash),
        "root": _text(root_at(store, wanted)),
        "path": [_text(each) for each in inclusion_path(store, index=index, size=wanted)],
    }


def _text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


@router.get("/public/policies", auth=None, response={200: list[PolicyOut], ERRORS: Problem})
def public_policies(request: HttpRequest) -> list[dict[str, object]]:
    """List the policies, and from when on each is in force."""
    del request
    return policies_out()


@router.get("/public/policies/{policy_hash}", auth=None, response={200: PolicyText, ERRORS: Problem})
def public_policy(request: HttpRequest, policy_hash: Hex64) -> dict[str, object]:
    """Read one policy, whole."""
    del request
    return policy_text(policy_hash)


@router.get("/public/skips", auth=None, response={200: SkipPage, ERRORS: Problem})
def public_skips(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, object]:
    """List the places that were passed over, the newest first."""
    del request
    using, before = office().using, number_of(cursor)
    runs = {each.event_id: each for each in every(using, MatchRun)}
    numbered = sorted((leaf_of(using, each.event_id), each.event_id, each) for each in every(using, PassedOver))
    page = [(leaf, each) for leaf, _, each in reversed(numbered) if before is None or leaf < before]
    return {
        "skips": [
            {
                "leaf": leaf,
                "run_leaf": leaf_of(using, each.run_id),
                "organ": organ_of(runs[each.run_id]).organ,
                "ranked_on": runs[each.run_id].ranked_at[:10],
                "first_rank": each.first_rank,
                "last_rank": each.last_rank,
                "reason": each.reason,
                "skip_class": skip_reasons()[each.reason].skip_class.value,
                "act": each.act,
            }
            for leaf, each in page[:limit]
        ],
        "next": cursor_of(str(page[limit - 1][0])) if len(page) > limit else None,
    }


@router.get("/public/bundles", auth=None, response={200: list[BundleOut], ERRORS: Problem})
def public_bundles(request: HttpRequest) -> list[dict[str, object]]:
    """List the bundles of records that were published here."""
    del request
    return [
        {"name": each.name, "bytes": each.stat().st_size, "sha256": hashlib.sha256(each.read_bytes()).hexdigest()}
        for each in _bundles()
    ]


@router.get("/public/bundles/{name}", auth=None, response={ERRORS: Problem}, openapi_extra=_ZIP)
def public_bundle(
    request: HttpRequest, name: Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9._-]+\.zip$")]
) -> FileResponse:
    """Fetch one bundle."""
    del request
    found = next((each for each in _bundles() if each.name == name), None)
    if found is None:
        raise ProblemError(404, "not-found", "There is no such bundle; the list names those that there are.")
    return FileResponse(found.open("rb"), as_attachment=True, filename=found.name, content_type="application/zip")


def _bundles() -> list[Path]:
    folder = cast("str", settings.BEQUEST_BUNDLES)
    return sorted(Path(folder).glob("*.zip")) if folder else []
