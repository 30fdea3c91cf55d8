"""Ties a profile to a worker's account: one-time code → token, stored in the encrypted database."""

from dataclasses import dataclass

from fieldapp import __version__
from fieldapp.domain.errors import SyncError
from fieldapp.storage import meta
from fieldapp.storage.store import Store
from sync.protocol.wire import EnrolAnswer, EnrolRequest
from sync.transport.http import HttpTransport


@dataclass(frozen=True, slots=True)
class DeviceLabel:
    """How the device names itself to the county's administrators."""

    name: str
    platform: str = ""


def enrol(store: Store, transport: HttpTransport, server_url: str, code: str,
          label: DeviceLabel) -> EnrolAnswer:  # fmt: skip
    """Enrol the profile and store who and where it is. The answer's escrow keys are for the vault.

    A profile that was enrolled before keeps its records: it may get a new token for the same user.
    Raises SyncError: bad_code, other_user or other_dataset (the profile belongs to another user, or holds
    another kind of data), and all that a transport raises.
    """
    with store.transaction() as connection:
        install_id = meta.get(connection, meta.INSTALL_ID)
        if not install_id:
            install_id = store.ids()
            meta.put(connection, meta.INSTALL_ID, install_id)
    answer = transport.enrol(
        EnrolRequest(
            code=code.strip(),
            install_id=install_id,
            device_name=label.name[:100],
            platform=label.platform[:100],
            app_version=__version__,
        )
    )
    with store.transaction() as connection:
        for key, given, code_if_other in (
            (meta.USER_ID, answer.user_id, "other_user"),
            (meta.DATASET, answer.dataset, "other_dataset"),
        ):
            known = meta.get(connection, key)
            if known and known != given:
                raise SyncError(code_if_other)
        values = {
            meta.DEVICE_ID: answer.device_id,
            meta.TOKEN: answer.token,
            meta.USER_ID: answer.user_id,
            meta.USER_NAME: answer.user_name,
            meta.COUNTY_NAME: answer.county_name,
            meta.DATASET: answer.dataset,
            meta.SERVER_URL: server_url,
            meta.SERVER_EDITION: str(answer.edition),
        }
        # A known epoch stays: the next cycle finds the difference and sends again what was lost.
        if not meta.get(connection, meta.EPOCH):
            values[meta.EPOCH] = answer.epoch
        for key, value in values.items():
            meta.put(connection, key, value)
    return answer
