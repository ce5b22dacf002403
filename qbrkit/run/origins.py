"""Where a text that stopped a page comes from, in the words of whoever has to take it out."""

import json
from collections import defaultdict
from collections.abc import Mapping
from html import escape
from pathlib import Path

from qbrkit.run.leaks import Leak, find_leaks
from qbrkit.sources.commentary import file_name


def texts_of_view(file: Path, account_id: str) -> dict[str, str]:
    """What an account's view says, by where it was written.

    Parameters
    ----------
    file : Path
        The view of the account.
    account_id : str
        The account.

    Returns
    -------
    dict of str to str
        The text of ``commentary/<account_id>.md``, of ``accounts.<column>``, and of each
        ``<table>.<column>`` of the view; empty where the file cannot be read.
    """
    try:
        view = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    found[file_name(account_id)].append(view["commentary"])
    for table, rows in {"accounts": [view["account"]], **view["tables"]}.items():
        for row in rows:
            for column, value in row.items():
                if isinstance(value, str):
                    found[f"{table}.{column} of the account's view"].append(value)
    return {place: " ; ".join(texts) for place, texts in found.items()}


def origin_of(leak: Leak, texts: Mapping[str, str]) -> str:
    """The first place whose text alone would have been stopped for the same; empty for none."""
    return next((place for place, text in texts.items() if any(
        one.found == leak.found
        for one in find_leaks(escape(text).encode(), {leak.what: [leak.found]}))), "")
