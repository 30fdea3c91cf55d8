"""A form engine for ODK XForms: standard library only, no clock, files, database or screen of its own.

    definition = read_definition(xml, attachments)
    session = FormSession.new(definition, environment)
    changes = session.answer("/data/age", 61)

Pure library layer: imports nothing of the program around it.
"""

from fieldapp.forms.definition import (
    DefinitionError,
    FormDefinition,
    Problem,
    Severity,
    read_definition,
)
from fieldapp.forms.errors import DocumentError, EvaluationError, ExpressionError, FormError
from fieldapp.forms.session import Bookmark, Environment, FormSession, migrate

__all__ = [
    "Bookmark",
    "DefinitionError",
    "DocumentError",
    "Environment",
    "EvaluationError",
    "ExpressionError",
    "FormDefinition",
    "FormError",
    "FormSession",
    "Problem",
    "Severity",
    "migrate",
    "read_definition",
]
