"""The index of a batch: every page with its status, the worst first; in the company's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from qbrkit.report import index_words
from qbrkit.report.language import NOT_KNOWN, Language, language
from qbrkit.run.export import css_string, safe_accent
from qbrkit.run.shipped import shipped

if TYPE_CHECKING:  # imported when a page is made: the command has to start fast
    from jinja2 import Template
    from markupsafe import Markup

_WORST_FIRST = ("failed", "refused", "draft", "ready", "reused")


def render_index(context: Mapping[str, Any]) -> str:
    """Make the index page of a batch.

    Parameters
    ----------
    context : mapping
        ``company``, ``quarter``, ``accent``, ``language`` (a code) and ``exit`` (one
        sentence on how the batch ended) as text; ``is_partial``; ``created``, a
        datetime; ``totals``, pairs of label and value; ``pages`` and ``problems`` as in
        the manifest: see `pages.page_record` and `problems.Problem`.

    Returns
    -------
    str
        The whole HTML page.

    Raises
    ------
    KeyError, jinja2.UndefinedError
        If a name is missing: the page has no silent holes.
    """
    words, created = language(context["language"]), context["created"]
    return _template().render({
        **context,
        "language": words.code,
        "accent": safe_accent(context["accent"]),
        "say": index_words.labels(words),
        "title": index_words.title(context["quarter"], context["is_partial"], words),
        "made": index_words.made_on(words.date(created), f"{created:%H:%M}", words),
        "colophon": index_words.colophon(context["company"], words),
        "pages": [_in_words(page, words) for page in sorted(context["pages"], key=_severity)],
        "problems": [problem | {"rows": _figure(problem["rows"], words),
                                "money": _figure(problem["money"], words)}
                     for problem in context["problems"]],
    })


def _in_words(page: Mapping[str, Any], words: Language) -> dict[str, Any]:
    """A page of the manifest as the index tells it."""
    told, kind = index_words.told_words(words), page["kind"]
    wrong = [page.get("pdf_cause"), page["cause"], *page["missing"]]
    return {
        **page,
        "kind": index_words.kind_words(words).get(kind, kind),
        "status_word": index_words.status_words(words).get(page["status"], page["status"]),
        "wrong": "; ".join(told.get(one, one) for one in wrong if one),
        "better": ", ".join(index_words.gap_phrases(page.get("gaps") or {}, words)),
        "seconds": NOT_KNOWN if page["seconds"] is None else words.number(page["seconds"], 1),
    }


def _severity(page: Mapping[str, Any]) -> tuple[int, str, str]:
    """Sort key: status from worst to best, then name and kind; an unknown status leads."""
    status = "draft" if page["status"] == "reused" and page["missing"] else page["status"]
    rank = _WORST_FIRST.index(status) if status in _WORST_FIRST else -1
    return rank, str(page["name"] or "").casefold(), page["kind"]


def _local_link(file: str) -> str:
    """Give a relative path as an address that can lead nowhere else."""
    return quote(str(file).replace("\\", "/"))


def _figure(value: object, words: Language) -> str:
    """Write a count or an amount with separators and a true minus; missing is a dash."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, (int, float)):
        return words.number(value, 0 if isinstance(value, int) else 2)
    return str(value)


@lru_cache(maxsize=1)
def _template() -> Template:
    """Compile the template once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(css_string=_css_string, local_link=_local_link)
    return environment.get_template("qbr_index/index.html.j2")


def _css_string(text: str) -> Markup:
    """Mark a CSS string as finished: HTML escapes have no meaning inside a style element."""
    from markupsafe import Markup

    return Markup(css_string(text))
