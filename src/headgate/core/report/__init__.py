"""Reports: what people are told of a run or of a day, as mail, text and web page."""

from headgate.core.report.plain import PlainReport, check_summary, plain_report, reject_reasons, top_reasons

__all__ = ["PlainReport", "check_summary", "plain_report", "reject_reasons", "top_reasons"]
