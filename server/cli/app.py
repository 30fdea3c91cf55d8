"""Puts the groups of commands together."""

import typer

from server.cli import (
    areas,
    calendar,
    campaigns,
    county,
    demo,
    devices,
    escrow,
    forms,
    funds,
    households,
    ledger,
    organisations,
    packages,
    rules,
    spot_checks,
    templates,
    upkeep,
    users,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="County server of fieldapp (入户通).",
)
county.add_to(app)
demo.add_to(app)
upkeep.add_to(app)
ledger.add_to(app)
app.add_typer(areas.app, name="area")
app.add_typer(calendar.holidays, name="holidays")
app.add_typer(calendar.duties, name="duty")
app.add_typer(households.app, name="household")
app.add_typer(users.app, name="user")
app.add_typer(devices.app, name="device")
app.add_typer(escrow.app, name="escrow")
app.add_typer(forms.app, name="form")
app.add_typer(templates.app, name="template")
app.add_typer(packages.app, name="package")
app.add_typer(funds.app, name="fund")
app.add_typer(organisations.app, name="organisation")
app.add_typer(rules.app, name="rules")
app.add_typer(campaigns.app, name="campaign")
app.add_typer(spot_checks.app, name="spot-check")


def main() -> None:
    """Entry point."""
    app()
