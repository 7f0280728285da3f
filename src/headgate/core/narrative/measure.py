"""How much a narrative must say, that it may stand in the built-in narrator's place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from headgate.core.narrative.model import Draft
from headgate.core.report.numbers import counted

if TYPE_CHECKING:
    from headgate.core.config.narrator_settings import SummaryWords

# A sentence, and a short paragraph: what people ask for with "be brief", and less than that is no report.
_SUMMARY, _WHOLE = 12, 30
# Where there is little to say, the built-in narrator says little too.
_PART = 3


@dataclass(frozen=True)
class Measure:
    """Words that a narrative must have.

    Attributes:
        least, most: of its summary; no end to `most` when it is None.
        whole: of all its texts together, at least.
    """

    least: int
    most: int | None
    whole: int

    @classmethod
    def beside(cls, built_in: Draft, words: SummaryWords | None) -> Measure:
        """What is asked of a model, where the built-in narrator says so much.

        Args:
            words: what the pipeline's owner says of the summary.
        """
        if words:
            return cls(words.least, words.most, 0)
        summary, whole = _count(built_in.summary.text), _words(built_in)
        return cls(min(_SUMMARY, summary // _PART), None, min(_WHOLE, whole // _PART))

    def of_what_is_left(self) -> Measure:
        """For a draft that lost sentences: it was as long as was asked for, and most of its summary is as good as another."""
        return replace(self, least=self.least * 2 // 3)

    def fault(self, draft: Draft) -> str:
        """Why a narrative says too little, or too much; empty when it does neither."""
        summary, whole = _count(draft.summary.text), _words(draft)
        if summary < self.least or (self.most is not None and summary > self.most):
            return f"its summary has {counted(summary, 'word')}, and {self._wanted} are asked for"
        if whole < self.whole:
            return f"it has {counted(whole, 'word')} in all, and at least {self.whole} are asked for: say what the facts show"
        return ""

    @property
    def _wanted(self) -> str:
        return f"at least {self.least}" if self.most is None else f"{self.least} to {self.most}"


def _words(draft: Draft) -> int:
    texts = [draft.summary.text, *(one.description for one in draft.insights)]
    texts += [one.description for one in draft.anomalies]
    texts += [one.action for one in draft.recommendations]
    for one in draft.entities:
        texts += [one.summary, one.opportunities, one.risks, one.key_anomaly]
    return sum(map(_count, texts))


def _count(text: str) -> int:
    return len(text.split())
