"""Mail as files: one `.eml` per mail in a folder, to look at, or for another program to send."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from headgate.core.errors import Outside, Place
from headgate.ports import Refusal


class Outbox:
    """`Mailer` into a folder. The same mail sent twice is one file, since its name is made from the Message-ID."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[Refusal]:
        identity = re.sub(r"[^A-Za-z0-9]", "", message["Message-ID"].partition("@")[0])[:32]
        words = re.sub(r"[^a-z0-9]+", "-", message["Subject"].lower()).strip("-")[:60]
        path = self._folder / f"{words}-{identity[:12]}.eml"
        try:
            self._write(path, message.as_bytes())
        except OSError as error:
            raise Outside(
                f"the mail can't be written: {error.strerror}",
                where=Place(str(path)),
                who="whoever looks after this machine",
                next="free disk space or correct the permissions, then run the same command again",
            ) from error
        return []

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all, also when the power fails or another process writes the same mail."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.stem}.{uuid.uuid4().hex[:8]}.part")
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
