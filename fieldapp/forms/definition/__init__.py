"""Reading an ODK XForm into a FormDefinition that sessions share. Pure library layer."""

from fieldapp.forms.definition.model import FormDefinition
from fieldapp.forms.definition.problems import DefinitionError, Problem, Severity
from fieldapp.forms.definition.reader import read_definition

__all__ = ["DefinitionError", "FormDefinition", "Problem", "Severity", "read_definition"]
