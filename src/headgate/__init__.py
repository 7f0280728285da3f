"""Headgate: the gate at the head of a data pipeline.

`headgate.check(path, contract)` holds one file against one data contract; everything else is behind the command `headgate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headgate.core.version import VERSION

if TYPE_CHECKING:
    from headgate.core.verdict import Verdict
    from headgate.faces.api import check

__version__ = VERSION
__all__ = ["Verdict", "__version__", "check"]


def __getattr__(name: str) -> Any:
    """Loads what it is asked for, so that `import headgate` costs nothing."""
    if name == "check":
        from headgate.faces.api import check

        return check
    if name == "Verdict":
        from headgate.core.verdict import Verdict

        return Verdict
    raise AttributeError(f"module 'headgate' has no attribute {name!r}")
