"""Reads a filled form as it arrives: which form, which sheet, which household it names (level S)."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.submissions import MAX_XML_CHARS
from fieldapp.forms import FormError
from fieldapp.forms.tree import Limits, Node, parse

LIMITS: Final = Limits(size=4 * MAX_XML_CHARS, depth=60, nodes=50_000)
HOUSEHOLD_NUMBER: Final = "household_no"
HOUSEHOLD_ID: Final = "household_id"
"""Questions of these names say which household a sheet belongs to, wherever in the form they stand."""
MAX_INSTANCE_ID: Final = 100


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A filled form. `texts` are all its values: what names files is among them."""

    form_id: str
    version: str
    instance_id: str
    xml: str
    household_no: str
    household_id: str
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    texts: frozenset[str]


def read_instance(content: bytes) -> FilledForm:
    """Read an answer sheet. Raises RuleError submission_damaged, submission_encrypted, too_large."""
    if len(content) > LIMITS.size:
        raise RuleError("too_large")
    try:
        root = parse(content, limits=LIMITS).element
        xml = content.decode("utf-8-sig")
    except (FormError, UnicodeDecodeError):
        raise RuleError("submission_damaged") from None
    if len(xml) > MAX_XML_CHARS:
        raise RuleError("too_large")
    if root.attribute("encrypted") == "yes":
        raise RuleError("submission_encrypted")
    form_id = root.attribute("id") or ""
    instance_id = _meta(root, "instanceID") or root.attribute("instanceID") or ""
    if not form_id or not 0 < len(instance_id) <= MAX_INSTANCE_ID or not instance_id.isprintable():
        raise RuleError("submission_damaged")
    leaves = [node for node in root.walk() if not node.children and node.value.strip()]
    return FilledForm(
        form_id=form_id,
        version=_version(root),
        instance_id=instance_id,
        xml=xml,
        household_no=_first(leaves, HOUSEHOLD_NUMBER),
        household_id=_first(leaves, HOUSEHOLD_ID),
        started_at=_instant(_meta(root, "timeStart") or _first(leaves, "start")),
        finished_at=_instant(_meta(root, "timeEnd") or _first(leaves, "end")),
        texts=frozenset(node.value.strip() for node in leaves),
    )


def _version(root: Node) -> str:
    written = (attribute.value for attribute in root.attributes if attribute.name == "version")
    return next(written, "")


def _meta(root: Node, name: str) -> str:
    """A value of the meta block, whatever namespace it was written in."""
    for block in root.elements("meta"):
        for node in block.elements(name):
            if node.value.strip():
                return node.value.strip()
    return ""


def _first(leaves: list[Node], name: str) -> str:
    return next((node.value.strip()[:64] for node in leaves if node.name == name), "")


def _instant(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=COUNTY_ZONE)
