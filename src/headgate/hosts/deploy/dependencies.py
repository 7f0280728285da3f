"""What the functions of a group import, installed once for each lock file and architecture, and kept."""

from __future__ import annotations

import hashlib
import os
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from headgate.hosts.deploy import archive, compiling, pruning, uv
from headgate.hosts.deploy.archive import write_archive
from headgate.hosts.deploy.compiling import compiled, compiler
from headgate.hosts.deploy.pruning import kept_files


def dependencies(lock: Path, architecture: str) -> Path:
    """The archive of all packages that a lock file names, without what a function never opens.

    Raises:
        UserMistake: there is no uv.
        Outside: a package could not be had.
    """
    kept = cache_folder() / f"{lock.stem}-{architecture}-{_fingerprint(lock, architecture)}.zip"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=kept.parent) as folder:
            uv.install(lock, architecture, Path(folder, "installed"))
            made = Path(folder, "made.zip")
            write_archive(made, compiled(kept_files(Path(folder, "installed")), Path(folder, "kept")))
            # Whole or not at all: another build may look for it now.
            made.replace(kept)
    return kept


def lock_file(name: str) -> Path:
    """One of the lock files that ship with Headgate."""
    return Path(str(resources.files("headgate.hosts.deploy") / "locks" / f"{name}.lock"))


def cache_folder() -> Path:
    """Where archives are kept; they can be deleted at any time."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "headgate" / "dependencies"


def _fingerprint(lock: Path, architecture: str) -> str:
    """Of all that decides about the archive's bytes: what is locked, what compiles it, and the code that installs, chooses and packs."""
    hashed = hashlib.sha256(f"{architecture} {compiler()}".encode())
    for path in (lock, *(Path(str(module.__file__)) for module in (uv, pruning, compiling, archive))):
        hashed.update(hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()[:16]
