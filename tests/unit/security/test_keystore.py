"""The keyring wrapper against keyrings in every mood."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from fieldapp.security import keystore as module
from fieldapp.security.keystore import Keystore, KeystoreStatus
from tests.unit.security.keyrings import MOODS, CorruptingKeyring, MemoryKeyring, keystore_over

EXPECTED = {
    "works": KeystoreStatus.WORKS,
    "missing": KeystoreStatus.MISSING,
    "no_answer": KeystoreStatus.MISSING,
    "locked": KeystoreStatus.LOCKED,
    "forgets": KeystoreStatus.FORGETFUL,
    "corrupts": KeystoreStatus.FORGETFUL,
    "denies": KeystoreStatus.REFUSED,
    "breaks": KeystoreStatus.REFUSED,
    "untrusted": KeystoreStatus.REFUSED,
}


@pytest.mark.allow_log("fieldapp.security.keystore")
@pytest.mark.parametrize(("name", "status"), EXPECTED.items())
def test_every_mood_becomes_a_status(name: str, status: KeystoreStatus) -> None:
    keystore = MOODS[name]()
    assert keystore.probe() is status
    assert keystore.put("entry", "s" * 44) is status
    if status is KeystoreStatus.WORKS:
        assert keystore.get("entry").secret == "s" * 44
    elif name != "corrupts":
        assert keystore.get("entry").secret is None
        assert keystore.get("entry").status is status


def test_probe_leaves_nothing_behind(backend: MemoryKeyring) -> None:
    assert keystore_over(backend).probe() is KeystoreStatus.WORKS
    assert backend.entries == {}


@pytest.mark.allow_log("fieldapp.security.keystore")
def test_delete_what_is_not_there_works(backend: MemoryKeyring) -> None:
    keystore = keystore_over(backend)
    keystore.put("entry", "secret")
    assert keystore.delete("other") is KeystoreStatus.WORKS
    assert keystore.delete("entry") is KeystoreStatus.WORKS
    assert keystore.get("entry").status is KeystoreStatus.FORGETFUL


@pytest.mark.allow_log("fieldapp.security.keystore")
@pytest.mark.parametrize(
    ("kind", "status"), [(fail.Keyring, KeystoreStatus.MISSING), (null.Keyring, KeystoreStatus.REFUSED)]
)
def test_backends_of_keyring_itself(kind: Callable[[], KeyringBackend], status: KeystoreStatus) -> None:
    assert Keystore(kind()).probe() is status


@pytest.mark.allow_log("fieldapp.security.keystore")
def test_subclass_of_an_allowed_backend_is_refused() -> None:
    class Lookalike(MemoryKeyring):
        pass

    allowed = frozenset({f"{MemoryKeyring.__module__}.{MemoryKeyring.__qualname__}"})
    assert Keystore(MemoryKeyring(), allowed_backends=allowed).probe() is KeystoreStatus.WORKS
    assert Keystore(Lookalike(), allowed_backends=allowed).probe() is KeystoreStatus.REFUSED


def test_chained_backends_use_the_first_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    good = MemoryKeyring()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [CorruptingKeyring(), good])
    allowed = frozenset({f"{MemoryKeyring.__module__}.{MemoryKeyring.__qualname__}"})
    chained = chainer.ChainerBackend()  # type: ignore[no-untyped-call]
    keystore = Keystore(chained, allowed_backends=allowed)
    assert keystore.put("entry", "secret") is KeystoreStatus.WORKS
    assert list(good.entries.values()) == ["secret"]


def test_windows_locker_does_not_roam() -> None:
    """The real class needs Windows; what matters is that its name is enough to set its attribute."""
    kind = type(
        "WinVaultKeyring",
        (MemoryKeyring,),
        {"__module__": "keyring.backends.Windows", "persist": "enterprise"},
    )
    backend = kind()
    assert Keystore(backend).put("entry", "secret") is KeystoreStatus.WORKS
    assert backend.persist == "local machine"


def test_secret_longer_than_every_keyring_takes_is_a_bug(backend: MemoryKeyring) -> None:
    with pytest.raises(ValueError, match="too long"):
        keystore_over(backend).put("entry", "s" * 45)


def test_answer_shows_no_secret(backend: MemoryKeyring) -> None:
    keystore = keystore_over(backend)
    keystore.put("entry", "very-secret")
    assert "very-secret" not in repr(keystore.get("entry"))


@pytest.mark.parametrize(
    ("variable", "status"),
    [("keyring.backends.null.Keyring", "refused"), ("no.such.Module", "missing")],
)
def test_machine_setting_is_judged_and_import_touches_nothing(variable: str, status: str) -> None:
    """In a process of its own: keyring keeps the backend it found for the whole process."""
    code = (
        "import sys; import fieldapp.security.keystore as k; assert 'keyring' not in sys.modules;"
        "print(k.Keystore().probe().value)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHON_KEYRING_BACKEND": variable},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == status


def test_allowed_backends_exist_in_keyring() -> None:
    """A class renamed by keyring would silently leave everybody without quick unlock."""
    for name in sorted(module.ALLOWED_BACKENDS):
        module_name, _, class_name = name.rpartition(".")
        assert hasattr(importlib.import_module(module_name), class_name)
