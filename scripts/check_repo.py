"""Fails when a file in the repository breaks a rule that no linter knows."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 400

# Joined here so that this file holds none of the names it looks for.
_REGISTRY_HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("deb.debian", "org"),
    ("security.debian", "org"),
    ("archive.ubuntu", "com"),
    ("crates", "io"),
    ("proxy.golang", "org"),
    ("rubygems", "org"),
    ("anaconda", "org"),
    ("maven.apache", "org"),
)
_HOST = re.compile("|".join(re.escape(".".join(parts)) for parts in _REGISTRY_HOSTS).encode(), re.I)

# A path of somebody's machine: only at the start of a path, so that `tmp/work/` is fine.
_MACHINE = re.compile(rb"(?<![\w.~$}\-/])/(?:root|work|home/[a-z_][\w.-]*|Users/[A-Za-z][\w.-]*)/")


def repository_files() -> list[Path]:
    """Every file that is tracked, or would be with the next `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    names = {name.decode() for name in listed.split(b"\0") if name}
    return [ROOT / name for name in sorted(names) if (ROOT / name).is_file()]


def line_faults(line: bytes) -> Iterator[str]:
    """What is wrong with one line of any file."""
    if _HOST.search(line):
        yield "names the host of a package registry"
    if found := _MACHINE.search(line):
        yield f"holds a path of one machine: {found.group().decode()}"


def faults(path: Path) -> Iterator[str]:
    """What is wrong with one file, each with its place."""
    name = path.relative_to(ROOT).as_posix()
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        for fault in line_faults(line):
            yield f"{name}:{number}: {fault}"
    # The last newline ends a line, it does not start one.
    count = len(lines) - (lines[-1] == b"")
    if name.startswith("src/") and path.suffix == ".py" and count > MAX_LINES:
        yield f"{name}: {count} lines, {MAX_LINES} at most: split it where its subjects part"


def main() -> int:
    """Print every fault; 1 when there is one."""
    files = repository_files()
    found = [fault for path in files for fault in faults(path)]
    for fault in found:
        print(fault)
    print(f"check_repo: {len(files)} files, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
