"""What was wrong with the form of an answer, in words short enough to go back to the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from headgate.core.printable import printable

MOST_FAULTS = 4
"""Of one answer; the further ones are counted."""

_STEP, _SAID = 40, 120
_NONE = "it held no answer in the form that was asked for"


def fault_of(error: BaseException) -> str:
    """What an error says of the form; never a value of the answer, which may be as long as a model likes."""
    found = next((one for one in _causes(error) if isinstance(one, ValidationError)), None)
    if found is None:
        return _NONE
    faults = found.errors(include_url=False, include_input=False, include_context=False)
    said = [_fault(one) for one in faults[:MOST_FAULTS]]
    more = len(faults) - len(said)
    return "; ".join([*said, f"and {more} more"] if more else said)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _fault(details: Any) -> str:
    """`insights.0.confidence: Input should be …`."""
    where = ".".join(printable(str(step), _STEP) for step in details["loc"][-4:])
    said = printable(str(details["msg"]), _SAID)
    return f"{where}: {said}" if where else said
