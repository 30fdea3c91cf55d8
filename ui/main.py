"""Starts the program: the app, the demo with its county server, or the self-test."""

import argparse
import os
import sys
from pathlib import Path

from fieldapp.app import logs, paths
from fieldapp.app.preferences import Language
from fieldapp.app.profiles import Dataset


def main(arguments: list[str] | None = None) -> int:
    """Entry point of `fieldapp`. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["--server"]:
        # The demo's county server runs in a process of its own, started by this same program.
        from server.cli import app as server

        server(args=given[1:], prog_name="fieldapp-server")
        return 0
    options = _parser().parse_args(given)
    language = Language(options.lang) if options.lang else None
    if options.self_test:
        from ui.self_test import run

        return run()
    _prepare_platform()
    if options.demo:
        from ui.demo import run_demo

        return run_demo(role=options.role, root=options.profile_dir, language=language, fresh=options.fresh)
    root = paths.prepare_root(options.profile_dir or paths.default_root())
    logs.start(root, debug=options.debug)
    if options.sync_once:
        from ui.sync_desk import sync_once

        return sync_once(root)
    from ui.application import run_app

    return run_app(root, language=language, dataset=Dataset.REAL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fieldapp", description="入户通 / fieldapp")
    parser.add_argument(
        "--profile-dir", type=Path, help="folder for profiles (default: the user's data folder)"
    )
    parser.add_argument("--lang", choices=[one.value for one in Language])
    parser.add_argument("--debug", action="store_true", help="log more")
    parser.add_argument("--demo", action="store_true", help="demo county on this machine, nothing leaves it")
    parser.add_argument("--role", choices=["aide", "supervisor"], default="aide", help="with --demo")
    parser.add_argument("--fresh", action="store_true", help="with --demo: begin with new demo data")
    parser.add_argument("--self-test", action="store_true", help="run the demo scenario without a screen")
    parser.add_argument("--sync-once", action="store_true", help="one sync cycle of the last used profile")
    return parser


def _prepare_platform() -> None:
    """Input methods on Linux desktops with fcitx5: the wheel has only the ibus plugin, which reaches
    fcitx5 through the portal."""
    if sys.platform == "linux" and "fcitx" in os.environ.get("XMODIFIERS", ""):
        os.environ.setdefault("QT_IM_MODULE", "ibus")
        os.environ.setdefault("IBUS_USE_PORTAL", "1")


if __name__ == "__main__":
    sys.exit(main())
