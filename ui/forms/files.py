"""What an answer that is a file comes from. No Qt. Layer 5."""

from dataclasses import dataclass
from pathlib import Path

from ui.pictures import PictureWork


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a pen drew: a PNG."""

    png: bytes


Attachment = PictureWork | Path | Drawing
"""A picture still to be made, a file to be read, or a drawing."""
