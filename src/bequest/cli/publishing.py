"""Knows the state of one publisher: what it has published so far, and how it goes on from there in safe steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.cli.ledger_database import transaction
from bequest.cli.site import CHECKPOINT, Site
from bequest.ledger import checkpoint, note, publish, stored_checkpoints
from bequest.ledger.errors import LedgerError
from bequest.ledger.publish import Edge, Known, TileFile
from bequest.ledger.store import head
from bequest.ledger.stored_checkpoints import SignedCheckpoint
from bequest.ledger.stored_tree import hashes, leaves, newest_index, root_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.ledger.keys import PublicKey
    from bequest.ledger.signers import Signer
    from bequest.ledger.store import Store

_CHUNK = 4096
OWN_SITE, OWN_DATABASE = "The own site", "The database itself"


class Publishing:
    """Publish one log from its database to its site; `start` comes first, and once."""

    def __init__(self, store: Store, site: Site, signers: Sequence[Signer], *, keys: Sequence[PublicKey]) -> None:
        """Take what it works with; `keys` are all that the log has signed with, those of `signers` among them.

        The origin of the log is the name of its keys.
        """
        self.store, self.site, self.signers, self.keys = store, site, signers, keys
        self.origin = signers[0].key.name
        self.signed: SignedCheckpoint | None = None
        self._edge = Edge()

    def start(self, known: Sequence[Known]) -> None:
        """Hash the whole log again, and hold it against whatever anybody has seen of it.

        Raises `LedgerError` where it does not begin with all of that: then nothing may be signed.
        """
        self.signed = stored_checkpoints.newest(self.store)
        self._check_name()
        own = [] if self.signed is None else [Known(OWN_DATABASE, self.signed.checkpoint)]
        on_site = self._on_site()
        front = head(self.store)
        edge = self._edge
        for each in sorted((*known, *own, *on_site), key=lambda each: each.checkpoint.size):
            if each.checkpoint.size > front.size:
                publish.refuse_fork(each, size=front.size, root=None)
            edge = self._grown(edge, each.checkpoint.size, write=None)
            publish.refuse_fork(each, size=front.size, root=publish.root_of_tiles(edge))
            if each.where == OWN_SITE:
                self._edge = edge
        publish.root(self._grown(edge, front.size, write=None), stored=front)

    def step(self, at: str) -> bool:
        """Sign and publish all that was committed since; return whether there was anything.

        `at` is the instant of signing. Before the note leaves this process, its row is durable in the database; before
        the checkpoint is on the site, its tiles are.
        """
        front = head(self.store)
        self.check_known(
            [each for each in self._on_site() if self.signed is None or each.checkpoint != self.signed.checkpoint]
        )
        if self.signed is not None and self.signed.checkpoint.size == front.size == self._edge.size:
            if self.site.read(CHECKPOINT) != self.cosigned().to_bytes():
                self.publish_checkpoint()
            return False
        self._check_signers(front.size)
        root = publish.root(self._grown(self._edge, front.size, write=None), stored=front)
        self.signed = self._signed(checkpoint.Checkpoint(self.origin, front.size, root), at)
        self._edge = self._grown(self._edge, front.size, write=self._keep)
        for file in publish.unfilled(self._edge):
            self._keep(file)
        self.publish_checkpoint()
        return True

    def publish_checkpoint(self) -> None:
        """Put the newest checkpoint on the site, under the signatures of the log and of the witnesses so far."""
        assert self.signed is not None, "a checkpoint is signed before it is published"
        self.site.write(CHECKPOINT, self.cosigned().to_bytes())

    def cosigned(self) -> note.Note:
        """Return the newest checkpoint with the signatures of witnesses that are stored."""
        assert self.signed is not None, "a checkpoint is signed before it is cosigned"
        return self.signed.note.with_signatures(
            stored_checkpoints.cosignatures(self.store, self.signed.checkpoint.size)
        )

    def check_known(self, known: Sequence[Known]) -> None:
        """Raise `LedgerError` unless the log begins with what somebody has, by the hashes that `start` found right."""
        size = head(self.store).size
        for each in known:
            seen = each.checkpoint.size
            publish.refuse_fork(each, size=size, root=root_at(self.store, seen) if seen <= size else None)

    def read_known(self, where: str, data: bytes) -> Known:
        """Return the checkpoint that somebody has; raise `LedgerError` if it is not signed by this log."""
        return Known(where, publish.own_checkpoint(data, origin=self.origin, keys=self.keys))

    def _check_name(self) -> None:
        """Raise `LedgerError` where the log was signed under another name, and no leaf says that it goes on under this.

        A leaf `log.recovery` ends the old name: whoever signed with the old one would sign two logs.
        """
        if self.signed is None:
            return
        before = self.signed.checkpoint
        recovered = newest_index(self.store, "log.recovery", since=before.size)
        if recovered is not None and self.origin == before.origin:
            raise LedgerError(f"Entry {recovered} ends {before.origin} here; sign with a key of another name.")
        if recovered is None and self.origin != before.origin:
            raise LedgerError(
                f"The log was signed as {before.origin}, and the key is that of {self.origin}; use the log's own key,"
                " or let it go on from a lost one first: bequest ledger recover."
            )

    def _check_signers(self, size: int) -> None:
        """Raise `LedgerError` where the checkpoint to come holds a change of the key, and both keys do not sign it."""
        since = 0 if self.signed is None else self.signed.checkpoint.size
        rotated = newest_index(self.store, "key.rotated", since=since)
        if rotated is not None and rotated < size and len(self.signers) == 1:
            raise LedgerError(
                f"Entry {rotated} replaces the key of the log, and one key is given; sign with both: --key twice, the"
                " old key first."
            )

    def _on_site(self) -> list[Known]:
        found = self.site.read(CHECKPOINT)
        return [] if found is None else [self.read_known(OWN_SITE, found)]

    def _signed(self, stated: checkpoint.Checkpoint, at: str) -> SignedCheckpoint:
        """Return the signed checkpoint, stored durably: the one that is there already, where a start found it."""
        with transaction(self.store):
            newest = stored_checkpoints.newest(self.store)
            if newest is not None and newest.checkpoint == stated:
                return newest
            if newest is not None and newest.checkpoint.size >= stated.size:
                raise LedgerError("Another publisher has signed for this log in the meantime; run one only.")
            signed = note.sign(stated.text(), self.signers)
            stored_checkpoints.add(self.store, signed, at=at)
        return SignedCheckpoint(stated, signed)

    def _keep(self, file: TileFile) -> None:
        self.site.keep(file.tile.path(), file.data)

    def _grown(self, edge: Edge, size: int, *, write: Callable[[TileFile], None] | None) -> Edge:
        """Return the edge after the entries up to a size, read again from the database and hashed again."""
        while edge.size < size:
            edge, files = publish.grow(edge, leaves(self.store, edge.size, min(size, edge.size + _CHUNK)))
            for file in files:
                if file.tile.level is not None:
                    publish.check_block(
                        file, hashes(self.store, file.tile.level + 1, file.tile.number, file.tile.number + 1)[0]
                    )
                if write is not None:
                    write(file)
        return edge
