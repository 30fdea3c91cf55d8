"""Command line of the county server: `fieldapp-server`. One module per group of commands."""

from server.cli.app import app, main

__all__ = ["app", "main"]
