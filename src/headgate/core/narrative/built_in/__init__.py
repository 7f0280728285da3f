"""The built-in narrator: a narrative from facts and findings by templates, the same each time."""

from headgate.core.narrative.built_in.checking import check_templates
from headgate.core.narrative.built_in.form import Templates
from headgate.core.narrative.built_in.reading import FILE_NAME, parse_templates, read_templates
from headgate.core.narrative.built_in.writing import built_in_draft

__all__ = ["FILE_NAME", "Templates", "built_in_draft", "check_templates", "parse_templates", "read_templates"]
