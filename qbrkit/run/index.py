"""The index of a batch: every page with its status, the worst first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

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
        ``company``, ``quarter``, ``accent``, ``created`` and ``exit`` (one sentence
        on how the batch ended) as text; ``totals``, pairs of label and value;
        ``pages``, each with ``kind``, ``account_id``, ``name``, ``owner``,
        ``status``, ``seconds`` (or None), ``file`` (relative, or None), ``cause``
        and ``missing``; ``problems``, each with ``table``, ``column``, ``what``,
        ``rows`` and ``money``.

    Returns
    -------
    str
        The whole HTML page.

    Raises
    ------
    KeyError, jinja2.UndefinedError
        If a name is missing: the page has no silent holes.
    """
    known = {
        **context,
        "accent": safe_accent(context["accent"]),
        "pages": sorted(context["pages"], key=_severity),
    }
    return _template().render(known)


def _severity(page: Mapping[str, Any]) -> tuple[int, str, str]:
    """Sort key: status from worst to best, then name and kind; an unknown status leads."""
    status = "draft" if page["status"] == "reused" and page["missing"] else page["status"]
    rank = _WORST_FIRST.index(status) if status in _WORST_FIRST else -1
    return rank, str(page["name"] or "").casefold(), page["kind"]


def _local_link(file: str) -> str:
    """Give a relative path as an address that can lead nowhere else."""
    return quote(str(file).replace("\\", "/"))


def _figure(value: object) -> str:
    """Write a count or an amount with separators and a true minus; missing is a dash."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".replace("-", "−")


@lru_cache(maxsize=1)
def _template() -> Template:
    """Compile the template once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(css_string=_css_string, local_link=_local_link, figure=_figure)
    return environment.get_template("qbr_index/index.html.j2")


def _css_string(text: str) -> Markup:
    """Mark a CSS string as finished: HTML escapes have no meaning inside a style element."""
    from markupsafe import Markup

    return Markup(css_string(text))
