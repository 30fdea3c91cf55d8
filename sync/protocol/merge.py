"""Field merge of master data (R20): conflicts are found by base revision, never by clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.protocol.wire import Body

FieldMeta = dict[str, tuple[int, str]]
"""Per field of a stored record: revision and hlc of its last change."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """Two people changed one field from the same base; `kept` is what stands for now."""

    field: str
    theirs: object
    ours: object
    kept: object


@dataclass(frozen=True, slots=True)
class MergeResult:
    """`changed` are the fields to write; `conflicts` go to the history, losers included."""

    changed: Body
    conflicts: tuple[FieldConflict, ...]


def merge_patch(
    stored: Body, meta: Mapping[str, tuple[int, str]], patch: Body, *, base_rev: int, hlc: str,
    sensitive: frozenset[str],
) -> MergeResult:  # fmt: skip
    """Merge a device's changed fields into the stored body.

    A field untouched since base_rev takes the patch; touched and equal changes nothing; touched and
    different is a conflict: the later hlc stands, except that a sensitive field keeps the stored
    value until a person decides.
    """
    changed: Body = {}
    conflicts: list[FieldConflict] = []
    for field, value in patch.items():
        current = stored.get(field)
        if current == value:
            continue
        field_rev, field_hlc = meta.get(field, (0, ""))
        if field_rev <= base_rev:
            changed[field] = value
            continue
        patch_wins = field not in sensitive and hlc > field_hlc
        conflicts.append(FieldConflict(field, current, value, value if patch_wins else current))
        if patch_wins:
            changed[field] = value
    return MergeResult(changed, tuple(conflicts))
