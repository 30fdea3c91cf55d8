"""What the start imports, when and in which thread (ui/bootstrap.py): a stray import would undo it unseen."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def imported_with(*statements: str) -> set[str]:
    """Top packages that a new interpreter has after some statements."""
    code = "; ".join(["import json, sys", *statements, "print(json.dumps(sorted(sys.modules)))"])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=60
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_door_is_painted_without_the_orm_the_network_and_the_camera() -> None:
    found = imported_with("import ui.application")
    assert "PySide6" in found
    assert not found & {"sqlalchemy", "sqlmodel", "pydantic", "sqlcipher3", "requests", "keyring", "zxingcpp"}


def test_key_is_derived_without_the_orm() -> None:
    found = imported_with("import fieldapp.services.profiles")
    assert "argon2" in found
    assert not found & {"sqlalchemy", "sqlmodel", "pydantic", "sqlcipher3", "PySide6"}


def test_what_another_thread_imports_knows_no_qt() -> None:
    found = imported_with(
        "import ast, pathlib, importlib",
        "tree = ast.parse(pathlib.Path('ui/bootstrap.py').read_text('utf-8'))",
        "rest = next(n.value for n in tree.body if getattr(getattr(n, 'target', None), 'id', '') == '_REST')",
        "[importlib.import_module(name) for name in ast.literal_eval(rest)]",
    )
    assert "sqlalchemy" in found
    assert "PySide6" not in found
