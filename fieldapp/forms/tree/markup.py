"""Reading XML into trees and writing trees as XML. Pure library layer.

Reading accepts no document type and so no entities, and keeps to limits of size, depth and count.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from fieldapp.forms.errors import DocumentError
from fieldapp.forms.tree.nodes import XML_NAMESPACE, Document, Kind, Node

_SEPARATOR: Final = "\x1f"


@dataclass(frozen=True)
class Limits:
    """What a document may cost: bytes of text, levels of nesting, elements and attributes together."""

    size: int = 32 * 1024 * 1024
    depth: int = 200
    nodes: int = 1_500_000


DEFAULT_LIMITS: Final = Limits()


def parse(source: str | bytes, *, mixed: bool = False, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read an XML document.

    Args:
        source: text, or bytes in the encoding that the document declares.
        mixed: keep comments, processing instructions and text beside elements (definitions, whose
            labels hold outputs). Without it only elements, attributes and the text of leaves are kept,
            which is all that an answer or a list consists of.
        limits: what the document may cost.

    Raises:
        DocumentError: document_too_large, document_encoding_unknown, document_malformed,
            document_doctype_forbidden, document_too_deep, document_too_many_nodes.
    """
    if len(source) > limits.size:
        raise DocumentError("document_too_large", size=len(source), limit=limits.size)
    text = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    encoding = "utf-8" if isinstance(source, str) else None
    if isinstance(source, bytes) and (declared := _foreign_encoding(source)) is not None:
        text, encoding = _recode(source, declared), "utf-8"
    return _Reader(encoding, mixed=mixed, limits=limits).read(text)


_DECLARED_ENCODING: Final = re.compile(
    rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)"""
)
_EXPAT_ENCODINGS: Final = frozenset({"utf-8", "utf8", "us-ascii", "iso-8859-1", "utf-16"})


def _foreign_encoding(source: bytes) -> str | None:
    found = _DECLARED_ENCODING.match(source)
    if found is None:
        return None
    name = found[1].decode("ascii").lower()
    return None if name in _EXPAT_ENCODINGS else name


def _recode(source: bytes, encoding: str) -> bytes:
    """Bytes of an encoding that expat does not know (GB 18030 above all) as UTF-8."""
    try:
        if not codecs.lookup(encoding)._is_text_encoding:
            raise LookupError(encoding)
        return source.decode(encoding).encode("utf-8")
    except LookupError:
        raise DocumentError("document_encoding_unknown") from None
    except UnicodeError:
        raise DocumentError(
            "document_malformed", line=0, column=0, reason="bytes do not fit the encoding"
        ) from None


class _Reader:
    """Builds the tree from expat's events."""

    def __init__(self, encoding: str | None, *, mixed: bool, limits: Limits) -> None:
        self._mixed = mixed
        self._limits = limits
        self._document = Document()
        self._current: Node = self._document
        self._depth = 0
        self._count = 0
        self._text: list[str] = []
        self._declared: list[tuple[str, str]] = []
        self._names: dict[str, tuple[str, str, str]] = {}
        self._parser = expat.ParserCreate(encoding, namespace_separator=_SEPARATOR)

    def read(self, text: bytes) -> Document:
        parser = self._parser
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.namespace_prefixes = True
        parser.StartDoctypeDeclHandler = self._on_doctype
        parser.StartNamespaceDeclHandler = self._on_namespace
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._text.append
        if self._mixed:
            parser.CommentHandler = self._on_comment
            parser.ProcessingInstructionHandler = self._on_instruction
        try:
            parser.Parse(text, True)
        except expat.ExpatError as error:
            raise DocumentError(
                "document_malformed",
                line=error.lineno,
                column=error.offset + 1,
                reason=expat.ErrorString(error.code) or "malformed",
            ) from None
        except (ValueError, LookupError):
            # An encoding declared in UTF-16 and the like, which Python does not know.
            raise DocumentError("document_encoding_unknown") from None
        return self._document

    def _on_doctype(self, *_declaration: object) -> None:
        raise DocumentError("document_doctype_forbidden", line=self._parser.CurrentLineNumber)

    def _on_namespace(self, prefix: str | None, namespace: str | None) -> None:
        self._declared.append((prefix or "", namespace or ""))

    def _on_start(self, name: str, attributes: list[str]) -> None:
        if self._text:
            self._flush_text(before_child=True)
        self._depth += 1
        self._count += 1 + len(attributes) // 2
        if self._depth > self._limits.depth:
            line = self._parser.CurrentLineNumber
            raise DocumentError("document_too_deep", limit=self._limits.depth, line=line)
        if self._count > self._limits.nodes:
            raise DocumentError("document_too_many_nodes", limit=self._limits.nodes)
        local, namespace, prefix = self._names.get(name) or self._split(name)
        parent = self._current
        node = Node(Kind.ELEMENT, local, namespace=namespace, prefix=prefix, parent=parent)
        if isinstance(parent.children, list):
            parent.children.append(node)
        else:
            parent.children = [node]
        if attributes:
            node.attributes = [
                self._attribute(node, attributes[index], attributes[index + 1])
                for index in range(0, len(attributes), 2)
            ]
        if self._declared:
            for declared in self._declared:
                node.declare(*declared)
            self._declared.clear()
        self._current = node

    def _attribute(self, owner: Node, name: str, value: str) -> Node:
        local, namespace, prefix = self._names.get(name) or self._split(name)
        return Node(Kind.ATTRIBUTE, local, value, namespace=namespace, prefix=prefix, parent=owner)

    def _on_end(self, _name: str) -> None:
        if self._text:
            self._flush_text(before_child=False)
        self._depth -= 1
        assert self._current.parent is not None
        self._current = self._current.parent

    def _on_comment(self, text: str) -> None:
        self._add(Kind.COMMENT, "", text)

    def _on_instruction(self, target: str, text: str) -> None:
        self._add(Kind.PROCESSING_INSTRUCTION, target, text)

    def _add(self, kind: Kind, name: str, value: str) -> None:
        if self._text:
            self._flush_text(before_child=True)
        self._count += 1
        if self._count > self._limits.nodes:
            raise DocumentError("document_too_many_nodes", limit=self._limits.nodes)
        self._current.append(Node(kind, name, value))

    def _flush_text(self, *, before_child: bool) -> None:
        text = "".join(self._text)
        self._text.clear()
        current = self._current
        if before_child or current.children:
            if self._mixed and current.kind is Kind.ELEMENT:
                self._add(Kind.TEXT, "", text)
        else:
            current.value = text

    def _split(self, name: str) -> tuple[str, str, str]:
        """expat's `namespace local prefix` as (local, namespace, prefix); remembered, names recur."""
        parts = name.split(_SEPARATOR)
        match parts:
            case [local]:
                split = (local, "", "")
            case [namespace, local]:
                split = (local, namespace, "xml" if namespace == XML_NAMESPACE else "")
            case [namespace, local, prefix, *_]:
                split = (local, namespace, prefix)
            case _:
                raise AssertionError("split answers at least one part")
        self._names[name] = split
        return split


def write(node: Node, *, declaration: bool = False) -> str:
    """The node and what is below it as XML text.

    Prefixes are written as the nodes have them and declared where needed. Characters that XML 1.0 cannot
    hold are left out.
    """
    parts: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n'] if declaration else []
    # Work that is left: nodes to write in their scope, or text that closes an element.
    todo: list[tuple[Node, dict[str, str]] | str] = [(node, {"xml": XML_NAMESPACE, "": ""})]
    while todo:
        work = todo.pop()
        if isinstance(work, str):
            parts.append(work)
            continue
        current, scope = work
        if current.kind is Kind.ELEMENT:
            scope = _write_start(current, scope, parts)
            if current.children:
                todo.append(f"</{current.qualified_name}>")
        else:
            parts.append(_LEAVES[current.kind](current))
        todo.extend((child, scope) for child in reversed(current.children))
    return "".join(parts)


def _write_start(node: Node, scope: dict[str, str], parts: list[str]) -> dict[str, str]:
    """Write the start tag (the whole element, where it has no children); answer the scope inside."""
    needed = {prefix: uri for prefix, uri in node.namespaces.items() if scope.get(prefix) != uri}
    inner = scope | needed if needed else scope
    if inner.get(node.prefix) != node.namespace:
        needed[node.prefix] = node.namespace
        inner = scope | needed
    for attribute in node.attributes:
        if attribute.namespace and inner.get(attribute.prefix) != attribute.namespace:
            needed[attribute.prefix] = attribute.namespace
            inner = scope | needed
    name = node.qualified_name
    parts.append(f"<{name}")
    parts.extend(
        f' xmlns{":" if prefix else ""}{prefix}="{_escape_attribute(uri)}"' for prefix, uri in needed.items()
    )
    parts.extend(f' {node.qualified_name}="{_escape_attribute(node.value)}"' for node in node.attributes)
    if node.children:
        parts.append(">")
    elif node.value:
        parts.append(f">{_escape_text(node.value)}</{name}>")
    else:
        parts.append("/>")
    return inner


_UNWRITABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


def _escape_text(text: str) -> str:
    return _UNWRITABLE.sub("", text).translate(_TEXT_ESCAPES)


def _escape_attribute(text: str) -> str:
    return _UNWRITABLE.sub("", text).translate(_ATTRIBUTE_ESCAPES)


_LEAVES: Final[dict[Kind, Callable[[Node], str]]] = {
    Kind.DOCUMENT: lambda _node: "",
    Kind.TEXT: lambda node: _escape_text(node.value),
    Kind.COMMENT: lambda node: f"<!--{_UNWRITABLE.sub('', node.value)}-->",
    Kind.PROCESSING_INSTRUCTION: lambda node: f"<?{node.name} {_UNWRITABLE.sub('', node.value)}?>",
}
