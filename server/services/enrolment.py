"""Enrolment: a one-time code, given to a worker, becomes a device's token."""

import datetime as dt
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import insert, select, update

from fieldapp.domain.clock import instant_text
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.ids import IdSource
from server.services.secrets_text import (
    CODE_LENGTH,
    RandomBytes,
    crockford,
    new_token,
    normal_code,
    secret_hash,
)
from server.store import tables
from server.store.audit import Act, note
from server.store.projections import row_table
from server.store.store import Store, epoch_of
from server.store.unit_of_work import UnitOfWork
from sync.protocol.entities import EDITION
from sync.protocol.wire import EnrolAnswer, EnrolRequest

CODE_LASTS: Final = dt.timedelta(hours=72)


def new_code(store: Store, user_id: str, *, by: str, random_bytes: RandomBytes) -> str:
    """A code that enrols one device of a user within 72 hours; it is shown once.

    Raises RuleError("unknown_record") for a user who is not there or not active.
    """
    code = crockford(random_bytes, CODE_LENGTH)
    expires = instant_text(store.clock() + CODE_LASTS)

    def work(unit: UnitOfWork) -> None:
        account = tables.user_account.c
        active = unit.connection.scalar(select(account.active).where(account.user_id == user_id))
        if not active:
            raise RuleError("unknown_record")
        unit.connection.execute(
            insert(tables.enrolment_code),
            {
                "sha256": secret_hash(code), "user_id": user_id, "created_by": by, "created_at": unit.now,
                "expires_at": expires, "used_at": None,
            },
        )  # fmt: skip
        note(unit, by, Act.CODE_MADE, "users", user_id)

    store.run(work)
    return code


def enrolment_link(address: str, code: str) -> str:
    """What the QR code of an enrolment says."""
    return f"fieldapp://enrol?{urlencode({'server': address, 'code': code})}"


def enrol(
    store: Store, request: EnrolRequest, *, ids: IdSource, random_bytes: RandomBytes, escrow_keys: list[str]
) -> EnrolAnswer:
    """Spend a code and register the device. Raises NotAllowedError("bad_code") whatever is wrong with it."""
    token = new_token(random_bytes)
    device_id = ids()
    county = store.county

    def work(unit: UnitOfWork) -> EnrolAnswer:
        user_id = spend_code(unit, request.code)
        user = row_table("users").c
        name = unit.connection.scalar(select(user.name).where(user.id == user_id))
        unit.connection.execute(
            insert(tables.device),
            {
                "id": device_id, "user_id": user_id, "install_id": request.install_id,
                "name": request.device_name, "platform": request.platform,
                "app_version": request.app_version, "token_sha256": secret_hash(token),
                "created_at": unit.now, "last_seen": unit.now, "last_sync": None, "revoked_at": None,
            },
        )  # fmt: skip
        note(unit, user_id, Act.DEVICE_ENROLLED, "device", device_id, device_id=device_id)
        return EnrolAnswer(
            device_id=device_id,
            token=token,
            user_id=user_id,
            user_name=str(name),
            county_name=county.name,
            dataset=county.dataset,
            epoch=epoch_of(unit.connection),
            server_time=unit.now,
            edition=EDITION,
            escrow_keys=escrow_keys,
        )

    return store.run(work)


def spend_code(unit: UnitOfWork, typed: str) -> str:
    """Use a code up, in the transaction of what it is good for. Returns whose it was.

    Raises NotAllowedError("bad_code").
    """
    code = tables.enrolment_code
    sha256 = secret_hash(normal_code(typed))
    # One statement decides, so that two devices cannot spend the same code.
    spent = unit.connection.execute(
        update(code)
        .where(code.c.sha256 == sha256, code.c.used_at.is_(None), code.c.expires_at > unit.now)
        .values(used_at=unit.now)
    )
    if spent.rowcount != 1:
        raise NotAllowedError("bad_code")
    account = tables.user_account.c
    row = unit.connection.execute(
        select(account.user_id, account.active)
        .join(code, code.c.user_id == account.user_id)
        .where(code.c.sha256 == sha256)
    ).one()
    if not row.active:
        raise NotAllowedError("bad_code")
    return str(row.user_id)
