"""Mail as files: one `.eml` per mail in a folder, to look at, or for another program to send."""

from __future__ import annotations

import os
import re
from email.message import EmailMessage
from pathlib import Path

from headgate.core.errors import Outside, Place


class Outbox:
    """`Mailer` into a folder. The same mail sent twice is one file, since its name is made from the Message-ID."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        identity = re.sub(r"[^A-Za-z0-9]", "", message["Message-ID"].partition("@")[0])[:32]
        words = re.sub(r"[^a-z0-9]+", "-", message["Subject"].lower()).strip("-")[:60]
        path = self._folder / f"{words}-{identity[:12]}.eml"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(message.as_bytes())
            os.replace(part, path)
        except OSError as error:
            raise Outside(
                f"the mail can't be written: {error.strerror}",
                where=Place(str(path)),
                who="whoever looks after this machine",
                next="free disk space or correct the permissions, then run the same command again",
            ) from error
