"""Which machine this is, and which installation of a profile lives on it: tells copies from originals."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LINUX: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
_PURPOSE: Final = b"fieldapp installation\0"
"""The system's id is nobody else's business: only a digest made for this purpose is ever kept."""


def machine_digest() -> str:
    """A digest of this machine's id, the same at every start; '' where the system has none."""
    found = _system_id()
    return hashlib.sha256(_PURPOSE + found.encode()).hexdigest()[:32] if found else ""


def _system_id() -> str:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""
    if sys.platform == "darwin":
        asked = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
        try:
            told = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False).stdout
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return next((line.split('"')[3] for line in told.splitlines() if "IOPlatformUUID" in line), "")
    for file in _LINUX:
        try:
            return file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
    return ""


@dataclass(frozen=True, slots=True)
class InstallMarks:
    """One small file per profile, beside the profiles and never inside one: whoever copies a profile's folder
    leaves it behind, whoever copies everything takes the other machine's digest along."""

    root: Path
    machine: str

    def read(self, profile_id: str) -> str:
        """The install id that this machine knows for a profile; '' = none."""
        try:
            told = json.loads(self._file(profile_id).read_text(encoding="utf-8"))
            return str(told["install_id"]) if told["machine"] == self.machine else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def write(self, profile_id: str, install_id: str) -> None:
        """Remember the install id of a profile. Raises OSError."""
        target = self._file(profile_id)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half_done = target.with_suffix(".part")
        with half_done.open("w", encoding="utf-8") as out:
            json.dump({"install_id": install_id, "machine": self.machine}, out)
            out.flush()
            os.fsync(out.fileno())
        half_done.replace(target)

    def _file(self, profile_id: str) -> Path:
        return self.root / "installs" / f"{profile_id}.json"
