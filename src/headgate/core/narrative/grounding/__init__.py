"""Grounding: what a narrative says is held against the facts it cites."""

from headgate.core.narrative.grounding.check import grounding_check

__all__ = ["grounding_check"]
