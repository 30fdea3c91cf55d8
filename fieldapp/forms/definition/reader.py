"""Reads an XForm document into a FormDefinition. Pure library layer."""

from collections.abc import Mapping

from fieldapp.forms.definition.model import FormDefinition


def read_definition(xml: bytes | str, attachments: Mapping[str, bytes] | None = None) -> FormDefinition:
    """Read a form; every problem is found before anything is raised.

    Args:
        xml: the XForm document.
        attachments: file name to content of the external lists; read only when first asked for. None:
            the form is checked without them, lists are empty.

    Raises:
        DefinitionError: with all problems; DocumentError: no acceptable XML.
    """
