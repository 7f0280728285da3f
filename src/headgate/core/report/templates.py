"""The templates of reports: Headgate's own, and a pipeline's, which can show everything and do nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headgate.core.errors import Outside, Place, UserMistake
from headgate.core.printable import printable
from headgate.core.report.blocks import Report, Section
from headgate.core.report.input import OWN, OwnTemplate
from headgate.core.report.numbers import value_text

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from markupsafe import Markup

_FOLDER = Path(__file__).parent / "templates"
_MOST = 20_000_000
_LONG_WORD = 16
_PIECE = re.compile(rf"[^/]{{1,{_LONG_WORD}}}/?|/")


def own_template(folder: Path) -> OwnTemplate | None:
    """A pipeline's own template, where its folder has one.

    Raises:
        UserMistake: `bad_template`: it is no text.
        Outside: it can't be read.
    """
    path = folder / OWN
    try:
        return OwnTemplate(path.read_text(encoding="utf-8-sig"), str(path))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise _mistake(ValueError("it is not UTF-8"), OwnTemplate("", str(path)), None) from None
    except OSError as error:
        raise Outside(f"it can't be read: {error.strerror}", where=Place(str(path))) from error


def rendered(layout: str, values: Mapping[str, Any], own: OwnTemplate | None = None) -> str:
    """A layout filled with values; with a pipeline's own template, that one, which may extend the layout.

    Raises:
        UserMistake: `bad_template`: the own template is wrong; with its file and line.
    """
    from headgate.core.report.sandbox import limited

    environment = _environment()
    if own is None:
        return environment.get_template(layout).render(values)
    try:
        with limited() as limit:
            return _bounded(_compiled(environment, own), {**values, **limit, "layout": layout})
    except UserMistake:
        raise
    except Exception as error:  # a template can raise anything that Python can
        raise _mistake(error, own, _line_of(error, own.file)) from error


def check_template(own: OwnTemplate) -> None:
    """Whether a pipeline's own template can be read, and uses names that are there.

    What it does with a report shows only when there is one.

    Raises:
        UserMistake: `bad_template`, with its file and line.
    """
    from headgate.core.report.template_names import unknown_names

    environment = _environment()
    _compiled(environment, own)
    for line, wrong in sorted(unknown_names(environment.parse(own.text), environment)):
        raise _mistake(ValueError(wrong), own, line)


def module(name: str) -> Any:
    """The macros of one of Headgate's own templates."""
    return _environment().get_template(name).module


def follows_title(report: Report, section: Section) -> bool:
    """Whether a part comes right below the heading of its whole."""
    place = report.sections.index(section) if section in report.sections else 0
    return section.part and place > 0 and not report.sections[place - 1].blocks


@cache
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.loaders import FileSystemLoader

    from headgate.core.report.sandbox import Sandbox

    environment = Sandbox(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = value_text
    environment.filters["bar_width"] = _bar_width
    environment.filters["breakable"] = _breakable
    environment.globals.pop("lipsum")
    environment.watch_filters()
    return environment


def _bar_width(percent: float) -> str:
    """Never nothing: a share that is there is seen."""
    return f"{min(max(percent, 1), 99):.1f}"


def _breakable(text: str) -> Markup:
    """Says where a word that is too long for a column may be broken: in paths behind `/`, else anywhere."""
    from markupsafe import Markup

    words = (_PIECE.findall(word) if len(word) > _LONG_WORD else [word] for word in text.split(" "))
    return Markup(" ").join(Markup("<wbr>").join(pieces) for pieces in words)


def _compiled(environment: Environment, own: OwnTemplate) -> Template:
    from jinja2 import TemplateSyntaxError

    try:
        code = environment.compile(own.text, name=OWN, filename=own.file)
    except TemplateSyntaxError as error:
        raise _mistake(error, own, error.lineno) from error
    return environment.template_class.from_code(environment, code, environment.make_globals(None))


def _bounded(template: Template, values: Mapping[str, Any]) -> str:
    """A loop within loops must not fill the memory."""
    parts, size = [], 0
    for part in template.generate(values):
        size += len(part)
        if size > _MOST:
            raise ValueError(f"it gives more than {_MOST:,} characters")
        parts.append(part)
    return "".join(parts)


def _line_of(error: BaseException, file: str) -> int | None:
    """The last line of the template that was under way; Jinja leaves it in the traceback."""
    line, trace = getattr(error, "lineno", None), error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _mistake(error: Exception, own: OwnTemplate, line: int | None) -> UserMistake:
    said = printable(str(error) or type(error).__name__, 300)
    return UserMistake(
        f"the report's template can't be used: {said}",
        where=Place(own.file, line),
        who="pipeline owner",
        next="correct the template, or take it away to have Headgate's own",
        code="bad_template",
    )
