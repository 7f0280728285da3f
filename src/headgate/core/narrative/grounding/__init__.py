"""Grounding: what a narrative says is held against the facts it cites.

- `reading`: words, numbers, dates and names of a sentence; facts as tables whose columns say what they measure; both as a scene.
- `numbers`: where each number comes from, and each rank: a cell, or one obvious step from cells.
- `claims`: what else a sentence claims, each kind by itself; `claims.rules` lists them.
- `check`: reads sentence by sentence, and gives the first reason why one can't stay.
"""

from headgate.core.narrative.grounding.check import grounding_check

__all__ = ["grounding_check"]
