"""One file into one folder: accepted rows, rejected rows, manifest; the folder appears whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headgate.core.contract.model import Contract
from headgate.core.errors import FileFailed, Outside, Place, UserMistake
from headgate.core.gate.gate import GateInput, GateSettings, Progress, run_gate
from headgate.core.gate.split import ACCEPTED_FORMATS
from headgate.core.gate.workspace import hidden_folder, workspace
from headgate.core.identity import file_sha256
from headgate.core.manifest import Manifest, Output, build_manifest, failed_manifest
from headgate.core.verdict import Rows, Verdict

MANIFEST = "manifest.json"
_OURS = {MANIFEST, "rejected.csv", "rejected.jsonl", *(f"accepted.{kind}" for kind in ACCEPTED_FORMATS)}


def check_file(
    given: GateInput,
    contract: Contract,
    settings: GateSettings,
    folder: Path,
    *,
    temp: Path | None = None,
    force: bool = False,
    progress: Progress = lambda _: None,
) -> Verdict:
    """Holds a file against a contract and writes both halves and the manifest into `folder`.

    An earlier result of ours in `folder` is replaced; anything else there is refused without `force`.

    Raises:
        UserMistake: the folder is not ours, or the contract or settings are wrong.
        Outside: disk, memory, permissions; then `folder` is as it was before.
    """
    refuse_foreign(folder, force)
    target = folder.resolve()
    with workspace(temp) as work, _published(folder, target) as new:
        try:
            outcome = run_gate(given, contract, settings, work, new, progress)
        except FileFailed as error:
            _clear(new)
            return _finish(failed_manifest(given, contract, error, _identity(given, contract, settings)), new, folder)
        files = {"accepted": f"accepted.{settings.accepted}", "rejected_csv": "rejected.csv"}
        files["rejected_jsonl"] = "rejected.jsonl"
        outputs = {name: Output.of(new / file, file) for name, file in files.items() if (new / file).exists()}
        return _finish(build_manifest(given, contract, settings, outcome, outputs), new, folder)


def refuse_foreign(folder: Path, force: bool) -> None:
    """Raises UserMistake when `folder` holds something that is not an earlier result of ours."""
    if folder.resolve() == Path.cwd():
        raise UserMistake(
            "this is the folder you are in", where=Place(str(folder)), next="name another folder with --out"
        )
    if force or not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    with contextlib.suppress(OSError, ValueError, TypeError):
        ours = "manifest" in json.loads((folder / MANIFEST).read_text())
        if ours and {path.name for path in folder.iterdir()} <= _OURS:
            return
    raise UserMistake(
        "the output folder exists and holds something else",
        where=Place(str(folder)),
        next="choose another folder with --out, or add --force to replace it",
        code="foreign_output",
    )


def _finish(manifest: Manifest, new: Path, folder: Path) -> Verdict:
    (new / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    accepted = manifest["outputs"].get("accepted")
    rejected = manifest["outputs"].get("rejected_jsonl")
    return Verdict(
        manifest,
        folder,
        Rows(folder / accepted["path"]) if accepted else None,
        Rows(folder / rejected["path"]) if rejected else None,
    )


def _identity(given: GateInput, contract: Contract, settings: GateSettings) -> dict[str, Any]:
    sha256 = file_sha256(given.path)
    run = given.run_id(sha256, settings.fingerprint(contract))
    return {"run": run, "sha256": sha256, "size": given.path.stat().st_size}


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


@contextmanager
def _published(named: Path, folder: Path) -> Iterator[Path]:
    """A folder that takes the place of `folder` at the end, by rename, or vanishes on an error, which names `named`."""
    try:
        _recover(folder)
        with hidden_folder(folder.parent) as new:
            new.chmod(0o777 & ~_umask())
            yield new
            _replace(folder, new)
    except OSError as error:
        raise _outside(named, error) from error


def _replace(folder: Path, new: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    old = _aside(folder)
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _aside(folder: Path) -> Path:
    """Where an earlier result waits while a new one takes its place; no sweep takes it for rubbish."""
    return folder.with_name(f".{folder.name}.replaced")


def _recover(folder: Path) -> None:
    """Puts an earlier result back whose replacement was killed between two renames."""
    old = _aside(folder)
    if old.exists() and folder.exists():
        shutil.rmtree(old)
    elif old.exists():
        old.rename(folder)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _outside(folder: Path, error: OSError) -> Outside:
    return Outside(
        f"reading or writing failed: {error.strerror or error}",
        where=Place(str(folder)),
        who="whoever looks after this machine",
        next="free disk space or correct the permissions, then run the same command again",
    )
