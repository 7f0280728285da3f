"""How far an upload is, on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def uploading(files: Sequence[Path], is_shown: bool) -> Iterator[Callable[[int], None] | None]:
    """A bar over all files, to be told of bytes as they go; None where nobody would see it."""
    if not is_shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=sum(file.stat().st_size for file in files))
        yield lambda count: bar.advance(task, count)
