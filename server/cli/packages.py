"""`package import`: work that came on a stick, taken in at the server itself."""

from pathlib import Path
from typing import Annotated

import typer

from fieldapp.domain.errors import StorageError
from server.cli.session import DataDir, opened
from server.services.blobs import Blobs
from server.services.packages import import_package
from server.services.users import SERVER_USER
from server.store.incoming_blob import storage_error

app = typer.Typer(no_args_is_help=True, help="Offline packages of devices.")


@app.callback()
def packages() -> None:
    """Offline packages of devices."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="The package of a device.")],
    answer: Annotated[Path, typer.Option(help="Where the answer for the device goes.")],
    data: DataDir = None,
) -> None:
    """Take in a package and write its answer. Importing the same package again is harmless."""
    with opened(data) as server:
        half_done = answer.with_name(answer.name + ".part")
        try:
            with file.open("rb") as package:
                _require_writable(half_done)
                with half_done.open("w+b") as out:
                    blobs = Blobs(server.store, server.blobs)
                    done = import_package(
                        server.store, blobs, package, out, ids=server.ids, carrier=SERVER_USER
                    )
            half_done.replace(answer)
        except FileNotFoundError:
            raise StorageError("file_unreadable") from None
        except OSError as error:
            raise storage_error(error) from None
        finally:
            half_done.unlink(missing_ok=True)
        typer.echo(f"device {done.device_id}")
        typer.echo(f"took {done.ops} ops in {done.batches} batches, {done.blobs} photos and signatures")
        if done.failed:
            typer.echo(f"not taken: {done.failed} parts; the answer tells the device")
        typer.echo(f"answer {answer}")


def _require_writable(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    except OSError:
        raise StorageError("file_not_writable") from None
