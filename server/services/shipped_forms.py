"""The questionnaires that come with the program, published when a county is set up.

They are workbooks like a county's own: it may change them and publish its version beside ours.
"""

from pathlib import Path
from typing import Final

from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.forms import FormPurpose
from server.services.forms import CheckedForm, PublishedForm, publish_form
from server.services.users import SERVER_USER
from server.store.blob_store import BlobStore
from server.store.store import Store
from server.xlsform.conversion import convert_workbook

FOLDER: Final = Path(__file__).parents[2] / "resources" / "forms"
SHIPPED: Final = {
    "gx-1.xlsx": FormPurpose.ASSESSMENT,
    "self-care.xlsx": FormPurpose.SELF_CARE,
    "visit-checklist.xlsx": FormPurpose.VISIT,
    "consent-notice.xlsx": FormPurpose.NOTICE,
}
"""File names in FOLDER, and what each is for."""


def publish_shipped_forms(store: Store, blobs: BlobStore, *, ids: IdSource) -> list[PublishedForm]:
    """Publish every shipped form that is not there in its version yet. Again is harmless."""
    # Our own files need no worker process: they are checked with the program.
    made = {name: convert_workbook((FOLDER / name).read_bytes()) for name in SHIPPED}
    return [
        publish_form(
            store, blobs, CheckedForm(made[name], (), made[name].problems),
            purpose=purpose, by=SERVER_USER, ids=ids,
        )
        for name, purpose in SHIPPED.items()
    ]  # fmt: skip
