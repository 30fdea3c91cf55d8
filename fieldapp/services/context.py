"""What every use case needs: the open store and who is acting."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.clock import Clock, local_day
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Actor, actor_on
from fieldapp.domain.records.users import UserFields
from fieldapp.services.device_clock import believed_now
from fieldapp.storage import projections, rows
from fieldapp.storage.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """An unlocked profile with its worker."""

    store: Store
    user_id: str
    device_id: str

    @property
    def clock(self) -> Clock:
        """The store's clock."""
        return self.store.clock

    def today(self) -> dt.date:
        """The county's calendar day."""
        return local_day(self.store.clock())

    def user(self, connection: Connection) -> UserFields | None:
        """The worker's own record, or None before the first sync."""
        found = rows.find(connection, "users", self.user_id)
        return found if isinstance(found, UserFields) else None

    def actor(self, connection: Connection) -> Actor:
        """The worker with the roles that hold today, also where the device's clock says another day."""
        user = self.user(connection)
        day = local_day(believed_now(connection, self.store.clock()))
        return actor_on(self.user_id, user.roles if user is not None and user.active else (), day)

    def parameters(self, connection: Connection) -> Parameters:
        """The county's parameters."""
        return projections.parameters(connection)
