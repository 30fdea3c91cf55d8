"""`spot-check plan|declare|draw|list|show|replace|publish`: 双随机一公开 from the county's desk."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import pydantic
import typer

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.spot_checks import Population, Publication
from server.cli.session import ActingAs, DataDir, actor_of, opened
from server.services.spot_check_publication import publish as make_public
from server.services.spot_check_results import Standing, standings
from server.services.spot_checks import (
    NewSpotCheck,
    draw_spot_check,
    plan_spot_check,
    replace_target,
)
from server.services.spot_checks import declare as take_declaration
from server.services.users import find_user_id, user_names

app = typer.Typer(
    no_args_is_help=True, help="Spot checks: random targets, random inspectors, public results."
)
SpotCheck = Annotated[str, typer.Argument(help="Id of the plan.")]
_DAY = ["%Y-%m-%d"]


@app.command()
def plan(  # noqa: PLR0913  one for each field of a plan
    *,
    title: Annotated[str, typer.Argument(help="Name of the plan.")],
    population: Annotated[Population, typer.Argument(help="What is drawn from.")],
    first: Annotated[dt.datetime, typer.Option("--from", formats=_DAY, help="First day drawn from.")],
    last: Annotated[dt.datetime, typer.Option("--to", formats=_DAY, help="Last day drawn from.")],
    check_from: Annotated[dt.datetime, typer.Option(formats=_DAY, help="First day of the checks.")],
    check_until: Annotated[dt.datetime, typer.Option(formats=_DAY, help="Last day of the checks.")],
    inspector: Annotated[list[str], typer.Option(help="Login of an inspector; at least two.")],
    rate: Annotated[int, typer.Option(help="Per thousand of each town; 0 = as the county set it.")] = 0,
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Make a plan, fix what it is drawn from, and print its id and the digest of the population."""
    with opened(data) as server:
        store, actor = server.store, actor_of(server, user)
        inspectors = tuple(find_user_id(store, one) for one in inspector)
        days = (first.date(), last.date(), check_from.date(), check_until.date())
        made = plan_spot_check(
            store, server.ids, NewSpotCheck(title, population, *days, inspectors, rate), actor=actor
        )
        (one,) = standings(store, actor=actor, spot_check_id=made)
        typer.echo(made)
        typer.echo(f"population {sum(each.size for each in one.plan.strata)} {one.plan.population_digest}")


@app.command()
def declare(
    spot_check: SpotCheck,
    inspector: Annotated[str, typer.Argument(help="Login of the inspector.")],
    town: Annotated[list[str] | None, typer.Option(help="Code of a town he belongs to.")] = None,
    relative: Annotated[list[str] | None, typer.Option(help="ID number of a near relative.")] = None,
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Take an inspector's declaration; of a relative only the household is kept."""
    with opened(data) as server:
        take_declaration(
            server.store, spot_check, find_user_id(server.store, inspector), towns=town or (),
            relatives=relative or (), actor=actor_of(server, user),
        )  # fmt: skip
        typer.echo("declared")


@app.command()
def draw(
    spot_check: SpotCheck,
    seed: Annotated[str, typer.Argument(help="The seed as it was drawn in public.")],
    witness: Annotated[list[str], typer.Option(help="Name of a witness who was present; two or more.")],
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Draw targets and inspectors, once, and print them."""
    with opened(data) as server:
        actor = actor_of(server, user)
        draw_spot_check(server.store, spot_check, seed, witness, actor=actor)
        (one,) = standings(server.store, actor=actor, spot_check_id=spot_check)
        names = user_names(server.store, [each.user_id for each in one.plan.inspectors])
        _print_targets(one, names)


@app.command("list")
def list_spot_checks(user: ActingAs = "", data: DataDir = None) -> None:
    """Print all plans and how far they are."""
    with opened(data) as server:
        for one in standings(server.store, actor=actor_of(server, user)):
            typer.echo(_line(one))


@app.command()
def show(spot_check: SpotCheck, user: ActingAs = "", data: DataDir = None) -> None:
    """Print a plan with what was drawn: everything that is needed to draw again."""
    with opened(data) as server:
        (one,) = standings(server.store, actor=actor_of(server, user), spot_check_id=spot_check)
        typer.echo(_line(one))
        typer.echo(f"population {one.plan.population_digest} rate {one.plan.rate}/1000 seed {one.plan.seed}")
        for stratum in one.plan.strata:
            typer.echo(f"{stratum.area_code or one.plan.area_code} {stratum.drawn}/{stratum.size}")
        _print_targets(one, user_names(server.store, [each.user_id for each in one.plan.inspectors]))
        for kind, count in sorted(one.found.items()):
            typer.echo(f"found {kind} {count}")


@app.command()
def replace(
    target: Annotated[str, typer.Argument(help="Id of the target.")],
    reason: Annotated[str, typer.Argument(help="Why it cannot be checked.")],
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Put the next of its town in the place of a target; print the new one's id."""
    with opened(data) as server:
        typer.echo(replace_target(server.store, target, reason, actor=actor_of(server, user)))


@app.command()
def publish(
    *,
    spot_check: SpotCheck,
    file: Annotated[Path, typer.Argument(help="The text as it was made public.")],
    place: Annotated[str, typer.Option(help="Where: an address or a paper.")],
    on: Annotated[dt.datetime, typer.Option(formats=_DAY, help="When.")],
    correction: Annotated[str, typer.Option(help="What it corrects of what was published before.")] = "",
    user: ActingAs = "",
    data: DataDir = None,
) -> None:
    """Write down that results were made public."""
    with opened(data) as server:
        try:
            text = file.read_text(encoding="utf-8")
            made = Publication(published_on=on.date(), place=place, text=text, correction=correction)
        except (OSError, UnicodeDecodeError, pydantic.ValidationError):
            raise RuleError("spot_check_publication_text", "text") from None
        make_public(server.store, spot_check, made, actor=actor_of(server, user))
        typer.echo("published")


def _line(one: Standing) -> str:
    plan = one.plan
    counts = " ".join(f"{status}={count}" for status, count in sorted(one.statuses.items()))
    return f"{plan.id} {plan.plan_no} {plan.population} {counts or 'not drawn'} {plan.title}"


def _print_targets(one: Standing, names: dict[str, str]) -> None:
    for target in one.targets:
        lead = names.get(target.user_id, "-")
        typer.echo(
            f"{target.id} {target.area_code} {target.seq} {target.subject_id} {target.status} "
            f"{lead} {target.second_name or '-'}"
        )
        for bar in target.barred:
            typer.echo(f"  avoided {names.get(bar.user_id, bar.user_id)} {bar.reason}")
