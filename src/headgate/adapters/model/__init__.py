"""Language models as narrators, by pydantic-ai; nothing of it is imported before one is asked."""

from headgate.adapters.model.lacking import lacking
from headgate.adapters.model.narrator import ModelNarrator

__all__ = ["ModelNarrator", "lacking"]
