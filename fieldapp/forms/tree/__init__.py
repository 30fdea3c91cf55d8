"""The tree of a form, an answer or a list, read from XML and written to it. Pure library layer."""

from fieldapp.forms.tree.markup import DEFAULT_LIMITS, Limits, parse, write
from fieldapp.forms.tree.nodes import (
    XML_NAMESPACE,
    Document,
    Kind,
    Node,
    element,
    in_document_order,
)

__all__ = [
    "DEFAULT_LIMITS",
    "XML_NAMESPACE",
    "Document",
    "Kind",
    "Limits",
    "Node",
    "element",
    "in_document_order",
    "parse",
    "write",
]
