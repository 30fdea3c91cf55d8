"""The last contact of a revoked device: its owner proves himself, what was not sent goes to the server,
and then nothing keeps the profile from being erased (docs/sync-protocol.md, section 9)."""

from dataclasses import dataclass, replace

from fieldapp.storage import outbox
from fieldapp.storage.outbox import Waiting
from sync.engine.blobs import send_blobs
from sync.engine.push import push_all
from sync.engine.session import CancelToken, SyncSession, Tally


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What the server took, and what it did not: refused ops lie in its quarantine, where they can be
    mended; photos that could not be sent are lost with the device."""

    sent: int
    blobs_sent: int
    left: Waiting

    @property
    def complete(self) -> bool:
        """Whether nothing is left here that the server does not have."""
        return self.left.ops == 0 and self.left.blobs == 0


def hand_over(session: SyncSession, code: str, cancel: CancelToken) -> HandedOver:
    """Send all that waits, with a one-time code of the owner. Goes on where an earlier try stopped.

    Raises SyncError as a transport does, bad_code, hand_over_too_late, hand_over_not_needed, cancelled;
    what was sent before stays sent.
    """
    tally = Tally()
    # Over any connection: what is not sent now is erased with the device.
    session = replace(session, photos_allowed=lambda: True)
    with session.alone():
        session.transport.begin_hand_over(code.strip())
        push_all(session, tally, cancel)
        send_blobs(session, tally, cancel)
        with session.store.reading() as connection:
            left = outbox.counts(connection)
        done = HandedOver(tally.sent, tally.blobs_sent, left)
        if done.complete:
            session.transport.finish_hand_over()
        return done
