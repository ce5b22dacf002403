"""What the page of an account could be better with, though nothing keeps it a draft."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from qbrkit.commitments import DROPPED, MISSED, OURS, OVERDUE
from qbrkit.disclosure import allowed
from qbrkit.disclosure.views import TRANSLATED

ON_RECORD = {"no_value": "value_lines", "no_plan": "plan", "no_service": "service_levels",
             "no_promises": "promises"}
"""Gap by the table of the view that is missing or empty; one that no customer sees is none."""


def find_gaps(view: Mapping[str, Any], untranslated: Collection[str] = ()) -> dict[str, int]:
    """What the page says is not on record, or would be said better.

    Parameters
    ----------
    view : mapping
        What is disclosed to the account, as plain values.
    untranslated : collection of str
        Words of the data that lack a translation to the language of the account.

    Returns
    -------
    dict of str to int
        How many by gap, only those there are: ``no_value``, ``no_plan``, ``no_service`` and
        ``no_promises`` (always 1), ``unexplained`` (promises of ours that were not kept,
        without a reason), ``untranslated`` (words of the data in another language than the
        page).
    """
    tables = view["tables"]
    found = {gap: 1 for gap, table in ON_RECORD.items()
             if table in allowed.TABLES and not tables.get(table)}
    counted = {"unexplained": sum(map(_is_unexplained, tables.get("promises", ()))),
               "untranslated": len(set(untranslated) & set(_words_of_the_data(tables)))}
    return found | {gap: count for gap, count in counted.items() if count}


def _is_unexplained(promise: Mapping[str, Any]) -> bool:
    """Whether a promise was ours and not kept, and the customer could read why but does not."""
    return (promise.get("side") == OURS and promise.get("outcome") in {MISSED, DROPPED, OVERDUE}
            and "reason" in promise and not promise["reason"])


def _words_of_the_data(tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    for rows in tables.values():
        for row in rows:
            yield from (row[name] for name in TRANSLATED if row.get(name))
