"""All pages of the console, in the order in which addresses are looked through."""

from typing import Final

from fastapi import APIRouter

from server.pages import (
    devices,
    entrance,
    figures,
    forms,
    imports,
    partner,
    spot_checks,
    supervision,
    templates,
    users,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    entrance.router,
    figures.router,
    devices.router,
    users.router,
    imports.router,
    forms.router,
    templates.router,
    supervision.router,
    spot_checks.router,
    partner.router,
    entrance.last,
)
