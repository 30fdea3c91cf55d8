"""XPath 1.0 with the functions of ODK XForms, compiled to closures. Pure library layer.

expression = compile("selected(../kind, 'a') and . > 3", namespaces)
to_boolean(expression.evaluate(node, host))
"""

from fieldapp.forms.xpath.axes import ANY_NAMESPACE
from fieldapp.forms.xpath.expression import Expression, compile
from fieldapp.forms.xpath.functions.declaration import Trait
from fieldapp.forms.xpath.host import Host
from fieldapp.forms.xpath.references import Origin, Reference
from fieldapp.forms.xpath.values import DateTime, Value, to_boolean, to_number, to_string

__all__ = [
    "ANY_NAMESPACE",
    "DateTime",
    "Expression",
    "Host",
    "Origin",
    "Reference",
    "Trait",
    "Value",
    "compile",
    "to_boolean",
    "to_number",
    "to_string",
]
