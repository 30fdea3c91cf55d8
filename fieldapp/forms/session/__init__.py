"""Filling a form: the live instance, its recalculation, and FormSession over them. Pure library layer."""

from fieldapp.forms.session.bookmark import Bookmark
from fieldapp.forms.session.environment import Environment
from fieldapp.forms.session.migrate import migrate
from fieldapp.forms.session.session import FormSession

__all__ = ["Bookmark", "Environment", "FormSession", "migrate"]
