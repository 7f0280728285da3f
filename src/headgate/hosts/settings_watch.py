"""Whether a project's settings changed since they were read: they take effect with the next start, and that is said."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from headgate.core.config.project_settings import PIPELINES
from headgate.core.printable import first_of
from headgate.core.project import FILE_NAME, Project

_ENDINGS = (".yaml", ".yml", ".sql", ".md", ".html", ".txt", ".j2")
_NAMED = 3


class SettingsWatch:
    """Compares the files a project is described by with what they were."""

    def __init__(self, project: Project) -> None:
        self._folder = project.folder
        self._known = self._now()

    def check(self, say: Callable[[str], None]) -> None:
        """Says once what changed."""
        now = self._now()
        changed = sorted({path for path, _ in self._known.symmetric_difference(now)})
        self._known = now
        if changed:
            names = first_of([str(path.relative_to(self._folder)) for path in changed], _NAMED)
            say(f"settings changed ({names}): restart `headgate up` to use them")

    def _now(self) -> frozenset[tuple[Path, tuple[int, int]]]:
        paths = [self._folder / FILE_NAME, *(self._folder / PIPELINES).glob("*/**/*")]
        found = []
        for path in paths:
            if path.suffix in _ENDINGS and "samples" not in path.parts:
                # An editor may put another file in its place at this very moment.
                with contextlib.suppress(FileNotFoundError):
                    status = path.stat()
                    found.append((path, (status.st_mtime_ns, status.st_size)))
        return frozenset(found)
