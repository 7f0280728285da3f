"""Is a regular expression one the engine (RE2) can run?"""

from __future__ import annotations

import re

# What Python accepts and RE2 does not, or differently: only then is the engine asked, as importing
# it costs more than reading a whole contract.
_SUSPECT = re.compile(r"\(\?[=!<>(#P]|\\[1-9ZUNupPzQEC]|[+*?}]\+|\{\d{3,}|\{\d*,\d{3,}|\[\[|&&|--|\|\||~~")


def pattern_mistake(pattern: str) -> str | None:
    """Why RE2 refuses a pattern; None when it takes it."""
    if _SUSPECT.search(pattern):
        return _engine_mistake(pattern)
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return _engine_mistake(pattern)
    return None


def _engine_mistake(pattern: str) -> str | None:
    import duckdb

    with duckdb.connect() as connection:
        try:
            connection.execute("SELECT regexp_matches('', ?)", [pattern])
        except duckdb.Error as error:
            return _explained(str(error).splitlines()[0].partition(": ")[2], pattern)
    return None


def _explained(problem: str, pattern: str) -> str:
    if re.search(r"\(\?<?[=!]", pattern):
        return f"look-ahead and look-behind are not supported ({problem}); use a row rule instead"
    if re.search(r"\\[1-9]", pattern):
        return f"references to a group are not supported ({problem})"
    return problem
