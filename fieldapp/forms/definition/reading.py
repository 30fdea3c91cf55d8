"""What the parts of the reader share: the problems found so far and the compiling of expressions."""

from collections.abc import Iterable, Mapping

from fieldapp.forms.definition.model import JAVAROSA, NodeSpec, Template, TextSpec
from fieldapp.forms.definition.problems import Problem, Severity
from fieldapp.forms.errors import ExpressionError, Fact
from fieldapp.forms.tree import Kind, Node
from fieldapp.forms.xpath import ANY_NAMESPACE, Expression, Origin, compile
from fieldapp.forms.xpath.syntax import Call


class Reading:
    """One form being read."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self.nodes: dict[str, NodeSpec] = {}
        self.text_ids: dict[str, tuple[str, str]] = {}
        """Ids of texts referred to, with the reference and attribute of the first use."""
        self.instances_used: list[tuple[str, str, str]] = []
        """Reference, attribute and id of every instance(id) met."""
        self._namespaces = {**namespaces, "": ANY_NAMESPACE}

    def problem(
        self,
        code: str,
        reference: str = "",
        attribute: str = "",
        *,
        severity: Severity = Severity.ERROR,
        **facts: Fact,
    ) -> None:
        """Note what is wrong and go on."""
        self.problems.append(Problem(code, reference, attribute, severity, facts))

    def warning(self, code: str, reference: str = "", attribute: str = "", **facts: Fact) -> None:
        """Note what is probably not meant."""
        self.problem(code, reference, attribute, severity=Severity.WARNING, **facts)

    def expression(self, text: str, reference: str, attribute: str) -> Expression | None:
        """Compile; an expression that cannot be compiled is a problem and None."""
        try:
            expression = compile(text, self._namespaces)
        except ExpressionError as error:
            self.problems.append(Problem(error.code, reference, attribute, facts=error.facts))
            return None
        for problem in expression.problems:
            self.problems.append(Problem(problem.code, reference, attribute, facts=problem.facts))
        for one in expression.references:
            if one.origin is Origin.INSTANCE and one.instance is not None:
                self.instances_used.append((reference, attribute, one.instance))
        return expression

    def optional(self, text: str | None, reference: str, attribute: str) -> Expression | None:
        """Compile unless there is nothing to compile."""
        return self.expression(text, reference, attribute) if text and text.strip() else None

    def text_source(self, text: str, reference: str, attribute: str) -> TextSpec | None:
        """A text given by an expression: `jr:itext('id')`, or anything that is the text itself."""
        expression = self.expression(text, reference, attribute)
        if expression is None:
            return None
        syntax = expression.syntax
        if not (isinstance(syntax, Call) and syntax.name == "jr:itext" and len(syntax.arguments) == 1):
            return TextSpec(value=expression)
        span = syntax.arguments[0].span
        text_id = self.expression(expression.source[span.start : span.end], reference, attribute)
        if text_id is None:
            return None
        if text_id.is_constant:
            literal = getattr(text_id.syntax, "value", None)
            if isinstance(literal, str):
                self.text_ids.setdefault(literal, (reference, attribute))
        return TextSpec(text_id=text_id)

    def message(self, text: str | None, reference: str, attribute: str) -> TextSpec | None:
        """The message of a bind: `jr:itext(…)` or plain text."""
        if not text or not text.strip():
            return None
        if text.strip().startswith("jr:itext("):
            return self.text_source(text, reference, attribute)
        return TextSpec(template=Template((text,)))

    def label(self, element: Node | None, reference: str, attribute: str) -> TextSpec | None:
        """A label or hint element."""
        if element is None:
            return None
        ref = element.attribute("ref")
        if ref:
            return self.text_source(ref, reference, attribute)
        template = self.template(element, reference, attribute)
        return TextSpec(template=template) if template.parts else None

    def template(self, element: Node, reference: str, attribute: str) -> Template:
        """Mixed content: text and outputs."""
        parts: list[str | Expression] = []
        if element.value:
            parts.append(element.value)
        for child in element.children:
            if child.kind is Kind.TEXT:
                parts.append(child.value)
            elif child.kind is Kind.ELEMENT and child.name == "output":
                source = child.attribute("value") or child.attribute("ref") or ""
                output = self.expression(source, reference, attribute)
                if output is not None:
                    parts.append(output)
            elif child.kind is Kind.ELEMENT:
                # Markup in a label (h:b and the like) shows as its text.
                parts.extend(self.template(child, reference, attribute).parts)
        return Template(tuple(_stripped(parts)))

    def resolve(
        self, path: str, base: NodeSpec | None, attribute: str, *, severity: Severity = Severity.ERROR
    ) -> NodeSpec | None:
        """The node at a path that may be relative to another node, predicates disregarded."""
        expression = self.expression(path, base.path if base else path, attribute)
        if expression is None:
            return None
        references = expression.references
        steps = references[0].steps if references else ()
        absolute = path.lstrip().startswith("/")
        spec: NodeSpec | None = None if absolute else base
        found = follow(self.nodes, spec, steps) if expression.is_path else []
        if len(found) != 1:
            place = path if base is None else base.path
            self.problem("reference_not_found", place, attribute, severity=severity, path=path)
            return None
        return found[0]


def follow(nodes: Mapping[str, NodeSpec], start: NodeSpec | None, steps: Iterable[str]) -> list[NodeSpec]:
    """The nodes that steps lead to; `start` None is the document."""
    current: list[NodeSpec | None] = [start]
    for step in steps:
        current = list(dict.fromkeys(found for spec in current for found in _one_step(nodes, spec, step)))
        if not current:
            return []
    return [spec for spec in current if spec is not None]


def _one_step(nodes: Mapping[str, NodeSpec], spec: NodeSpec | None, step: str) -> Iterable[NodeSpec | None]:
    if spec is None:
        root = next(iter(nodes.values()))
        if step == "**":
            return (None, *root.walk())
        return (root,) if step in ("*", root.name) else ()
    match step:
        case "..":
            return (spec.parent,)
        case "*":
            return spec.children
        case "**":
            return spec.walk()
        case "@*":
            return spec.attributes
    if step.startswith("@"):
        return (one for one in spec.attributes if one.name == step[1:])
    return (child for child in spec.children if child.name == step)


def _stripped(parts: list[str | Expression]) -> list[str | Expression]:
    """Without the indentation at both ends."""
    while parts and isinstance(parts[0], str) and not parts[0].strip():
        parts.pop(0)
    while parts and isinstance(parts[-1], str) and not parts[-1].strip():
        parts.pop()
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return parts


def jr(element: Node, name: str) -> str | None:
    """An attribute in the JavaRosa namespace."""
    return element.attribute(name, JAVAROSA)
