"""A cheap but real vault and its surroundings."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldapp.security.cipher import STANDARD, Argon2Cost
from fieldapp.security.keystore import Keystore
from fieldapp.security.passphrase import CostPolicy, load_common_passphrases
from fieldapp.security.quick_unlock import QuickUnlock
from fieldapp.security.vault import Vault
from tests.determinism import MovableClock
from tests.unit.security.keyrings import MemoryKeyring, keystore_over

ROOT = Path(__file__).parents[3]
DEVICE = "0195e4a2-0000-7000-8000-000000000001"
PASSPHRASE = "水往低处流 47 次"
CHEAP = CostPolicy(floor=Argon2Cost(memory_kib=8, passes=1), memory_choices_kib=())


@pytest.fixture(scope="session")
def common_passphrases() -> frozenset[str]:
    return load_common_passphrases(ROOT / "resources" / "common_passphrases.txt")


@pytest.fixture(scope="session")
def cheap() -> CostPolicy:
    """Far below the floor: only for tests, where the cost of a guess is not the point."""
    return CHEAP


@pytest.fixture
def vault_path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "vault.json"


@pytest.fixture
def vault(vault_path: Path, common_passphrases: frozenset[str], cheap: CostPolicy) -> Vault:
    """Not created yet."""
    return Vault(
        vault_path,
        random_bytes=secrets.token_bytes,
        common_passphrases=common_passphrases,
        cost_policy=cheap,
    )


@pytest.fixture
def device_id() -> str:
    return DEVICE


@pytest.fixture
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture(scope="session")
def county_pair() -> tuple[bytes, bytes]:
    """Private and public county key."""
    private = secrets.token_bytes(32)
    return private, STANDARD.public_key(private)


@pytest.fixture
def backend() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def make_quick(
    vault_path: Path, backend: MemoryKeyring, clock: MovableClock, cheap: CostPolicy
) -> Callable[..., QuickUnlock]:
    """A new QuickUnlock as after a restart of the program; `boot_id` and `keystore` may be given."""

    def make(boot_id: str | None = None, keystore: Keystore | None = None) -> QuickUnlock:
        return QuickUnlock(
            vault_path,
            keystore or keystore_over(backend),
            clock=clock,
            random_bytes=secrets.token_bytes,
            boot_id=boot_id,
            cost_policy=cheap,
        )

    return make
