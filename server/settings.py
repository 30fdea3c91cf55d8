"""Settings of a server: a TOML file, overridden by the environment, over defaults beside the data."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import platformdirs

from fieldapp.domain.errors import StorageError

ENV_PREFIX: Final = "FIELDAPP_SERVER_"
FILE_NAME: Final = "server.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a server keeps its data and how it is reached. County, dataset and epoch are in the database.

    `database_url` is a SQLAlchemy URL (`sqlite:///…` or `postgresql://…`); `escrow_keys` are X25519
    public keys in base64, comma-separated, handed to devices at enrolment. `blob_url`
    (`s3://bucket/prefix?endpoint=https://…`) puts photos into object storage instead of `blob_dir`.
    """

    data_dir: Path
    database_url: str = ""
    blob_dir: Path | None = None
    blob_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8787
    tls_cert: str = ""
    tls_key: str = ""
    public_url: str = ""
    escrow_keys: str = ""

    @property
    def url(self) -> str:
        """The database to use: as set, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'server.db'}"

    @property
    def blobs(self) -> Path:
        """The folder of photos and signatures."""
        return self.blob_dir or self.data_dir / "blobs"

    @property
    def address(self) -> str:
        """The address devices are told in enrolment codes."""
        scheme = "https" if self.tls_cert else "http"
        return self.public_url or f"{scheme}://{self.host}:{self.port}"


def default_data_dir() -> Path:
    """The folder used when none is given."""
    return Path(platformdirs.user_data_dir("fieldapp-server", appauthor=False))


def load_settings(data_dir: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read `server.toml` in the data folder and FIELDAPP_SERVER_… variables; the latter win.

    Raises StorageError("bad_settings", name=…) on a key or value that does not fit.
    """
    environ = os.environ if environ is None else environ
    folder = data_dir or Path(environ.get(f"{ENV_PREFIX}DATA_DIR") or default_data_dir())
    known = {field.name for field in fields(Settings)} - {"data_dir"}
    values: dict[str, Any] = {}
    file = folder / FILE_NAME
    if file.exists():
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError:
            raise StorageError("bad_settings", name=FILE_NAME) from None
    for name in known:
        given = environ.get(f"{ENV_PREFIX}{name.upper()}")
        if given is not None:
            values[name] = given
    for name in values:
        if name not in known:
            raise StorageError("bad_settings", name=name)
    try:
        if "port" in values:
            values["port"] = int(values["port"])
    except ValueError:
        raise StorageError("bad_settings", name="port") from None
    if values.get("blob_dir"):
        values["blob_dir"] = Path(values["blob_dir"])
    return Settings(data_dir=folder, **values)
