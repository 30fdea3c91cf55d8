"""`demo`: a database full of made-up people, ready to be shown or measured."""

import datetime as dt
import enum
import json
import sys
from typing import Annotated, Any, Final

import typer

from fieldapp.domain.clock import local_day
from server.cli.session import DataDir, opened
from server.demo_data.generate import generate
from server.demo_data.scale import SCALES
from server.routes.context import ServerContext
from server.services.demo import DEMO_PASSWORD, LoadedDemo, load_demo
from server.services.enrolment import enrolment_link
from server.services.print_templates import publish_shipped_templates
from server.services.secrets_text import shown_code
from server.services.shipped_forms import publish_shipped_forms
from server.services.users import SERVER_USER

DEFAULT_SEED: Final = 20_260


class ScaleName(enum.StrEnum):
    """Sizes to choose from."""

    DEMO = "demo"
    LOAD = "load"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(demo)


def demo(
    scale: Annotated[ScaleName, typer.Option(help="demo: 600 households; load: 18,000.")] = ScaleName.DEMO,
    seed: Annotated[int, typer.Option(help="The same seed makes the same county.")] = DEFAULT_SEED,
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The county's present day; today if left out."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print counts and codes as JSON.")] = False,
    data: DataDir = None,
) -> None:
    """Fill an empty database with a made-up county. Refused where there are other data."""
    with opened(data) as server:
        day = as_of.date() if as_of else local_day(server.clock())
        county = generate(SCALES[scale], seed, day)
        # The pictures of the load scale would fill a disk; its references alone are what is measured.
        files = server.blobs if county.scale.drawn_photos else None
        loaded = load_demo(
            server.store,
            files,
            county,
            ids=server.ids,
            random_bytes=server.random_bytes,
            progress=_counting if sys.stderr.isatty() and not as_json else _silent,
        )
        publish_shipped_forms(server.store, server.blobs, ids=server.ids)
        publish_shipped_templates(server.store, server.blobs, ids=server.ids, by=SERVER_USER)
        told = _told(server, loaded, day)
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _text(told))


def _silent(_: int) -> None:
    pass


def _counting(stored: int) -> None:
    typer.echo(f"\r{stored}", nl=False, err=True)


def _told(server: ServerContext, loaded: LoadedDemo, day: dt.date) -> dict[str, Any]:
    doors = [
        {
            "part": door.part,
            "login": door.login.login,
            "user_id": door.login.user_id,
            "name": door.login.name,
            "area_code": door.login.area_code,
            "code": shown_code(door.code),
            "link": enrolment_link(server.settings.address, door.code),
        }
        for door in loaded.doors
    ]
    return {
        "as_of": day.isoformat(),
        "password": DEMO_PASSWORD,
        "doors": doors,
        "blobs": loaded.blobs,
        "manifest": loaded.manifest.as_dict(),
    }


def _text(told: dict[str, Any]) -> str:
    counts = [f"{count:>8}  {name}" for name, count in told["manifest"].items() if "." not in name]
    doors = [f"{door['part']:<11} {door['login']:<24} {door['code']}" for door in told["doors"]]
    return "\n".join(["", *counts, "", *doors, f"password    {told['password']}"])
