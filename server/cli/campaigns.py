"""`campaign create`, `campaign list`, `campaign show`, `campaign close`: sweeps such as 雨雪低温排查."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Final

import pydantic
import typer

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.campaigns import HouseholdFilter
from fieldapp.domain.rules.campaigns import NewCampaign
from server.cli.session import ActingAs, DataDir, actor_of, opened
from server.services.campaigns import CampaignStanding, close_campaign, standings, start_campaign

app = typer.Typer(no_args_is_help=True, help="Campaigns: a filter over households, its days, its progress.")
CONDITIONS: Final = tuple(HouseholdFilter.model_fields)
Campaign = Annotated[str, typer.Argument(help="Id of the campaign.")]


@app.command()
def create(  # noqa: PLR0913  one for each field of a campaign
    *,
    area: Annotated[str, typer.Argument(help="Code of the area.")],
    title: Annotated[str, typer.Argument(help="Name, for example 雨雪低温排查.")],
    first: Annotated[dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    last: Annotated[dt.datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    where: Annotated[
        list[str] | None,
        typer.Option(help=f"Condition such as safety=C,D or age_from=60, of: {', '.join(CONDITIONS)}."),
    ] = None,
    form: Annotated[str, typer.Option(help="Form to fill in; without, a visit is recorded.")] = "",
    note: Annotated[str, typer.Option(help="What to look at.")] = "",
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Start a campaign and print its id. All conditions must hold; of one condition any value will do."""
    with opened(data) as server:
        wanted = _filter(where or ())
        new = NewCampaign(area, title, wanted, first.date(), last.date(), form, note)
        typer.echo(start_campaign(server.store, server.ids, new, actor=actor_of(server, user)))


@app.command("list")
def list_campaigns(user: ActingAs = "", data: DataDir = None) -> None:
    """Print all campaigns with their days and how far they are."""
    with opened(data) as server:
        for one in standings(server.store, AreaLevel.TOWN, actor=actor_of(server, user)):
            typer.echo(_line(one))


@app.command()
def show(
    campaign: Campaign,
    by: Annotated[AreaLevel, typer.Option(help="Rows of the table.")] = AreaLevel.TOWN,
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Print how far a campaign is, by town (or village, or grid); the rows sum to the whole."""
    with opened(data) as server:
        (one,) = standings(server.store, by, campaign_id=campaign, actor=actor_of(server, user))
        typer.echo(_line(one))
        for code, share in one.rows.items():
            typer.echo(f"{code} {share.numerator}/{share.denominator} {share.percent}")


@app.command()
def close(campaign: Campaign, user: ActingAs = "", data: DataDir = None) -> None:
    """End a campaign today; what was done until now still counts."""
    with opened(data) as server:
        close_campaign(server.store, campaign, actor=actor_of(server, user))
        typer.echo("closed")


def _filter(conditions: Sequence[str]) -> HouseholdFilter:
    """Raises RuleError("invalid_value") naming the condition."""
    given: dict[str, object] = {}
    for condition in conditions:
        name, _, values = condition.partition("=")
        if name not in CONDITIONS:
            raise RuleError("invalid_value", name)
        given[name] = values if name.startswith("age") else tuple(values.split(","))
    try:
        return HouseholdFilter.model_validate(given)
    except pydantic.ValidationError as problem:
        place = problem.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        raise RuleError("invalid_value", str(place[0])) from None


def _line(one: CampaignStanding) -> str:
    campaign, done = one.campaign, one.done
    days = f"{campaign.starts_on}..{campaign.closed_on or campaign.ends_on}"
    figures = f"{done.numerator}/{done.denominator} {done.percent}"
    return f"{campaign.id} {campaign.area_code} {days} {figures} {campaign.title}"
