"""Pseudonyms for the raters of a session: the same for the same session, and nobody's name."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from qbrkit.errors import SettingError
from qbrkit.run.score_sheets.session import SCORES, Rater

PSEUDONYMS = tuple("""
Badger Bittern Chamois Curlew Dormouse Dunlin Egret Ermine Ferret Fieldfare Gannet Godwit Goshawk
Grebe Hedgehog Heron Hoopoe Ibex Jackdaw Kestrel Kittiwake Lapwing Lynx Magpie Marmot Marten
Merganser Muskrat Nightjar Nuthatch Oriole Osprey Otter Petrel Pipit Plover Polecat Porcupine
Ptarmigan Puffin Quail Redstart Sandpiper Shrike Siskin Skua Skylark Sparrowhawk Squirrel Starling
Stoat Stonechat Turnstone Wagtail Warbler Waxwing Weasel Whimbrel Wigeon Wombat Woodcock
Yellowhammer
""".split())
"""Birds and beasts that are hardly a word of trade: no crane, seal, swift, kite or fox."""


def draw_raters(departments: Mapping[str, int], day: dt.date,
                tables: Mapping[str, pd.DataFrame]) -> tuple[Rater, ...]:
    """A pseudonym for each rater.

    Parameters
    ----------
    departments : mapping of str to int
        How many raters of each department.
    day : date
        Day of the session; it decides the draw.
    tables : mapping of str to DataFrame
        Tables of the workspace: no pseudonym is a word of their texts, or it could not be told
        from an account, a competitor or a person. Of the scores, no pseudonym is taken that
        another department has in this session; those of other sessions come last, since they
        would look like the same person.

    Returns
    -------
    tuple of Rater
        In the order of the departments; a department added at the end changes nobody else's.

    Raises
    ------
    SettingError
        If there are more raters than pseudonyms.
    """
    own, others = _given(tables.get(SCORES), day)
    free = sorted(set(PSEUDONYMS) - words_among(PSEUDONYMS, tables),
                  key=lambda name: (name in others, _draw(day, name)))
    raters: list[Rater] = []
    for department, count in departments.items():
        fit = [name for name in free if own.get(name, department) == department]
        if len(fit) < count:
            raise SettingError(f"--raters: there are {len(PSEUDONYMS)} pseudonyms, too few for "
                               f"{sum(departments.values())} raters; ask fewer")
        raters += [Rater(name, department) for name in fit[:count]]
        free = [name for name in free if name not in fit[:count]]
    return tuple(raters)


def words_among(names: Sequence[str], tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """Those of some names that are a word in a text of the tables, whatever its case."""
    by_word = {name.casefold(): name for name in names}
    return {by_word[word] for text in _texts(tables)
            for word in by_word.keys() & set(re.findall(r"\w+", text))}


def _texts(tables: Mapping[str, pd.DataFrame]) -> Iterable[str]:
    """All distinct texts but those of the scores, in small letters, a column at a time."""
    for name, table in tables.items():
        if name == SCORES:
            continue
        for column in table.select_dtypes(include=["str", "object"]):
            yield "\n".join(map(str, table[column].dropna().unique())).casefold()


def _given(scores: pd.DataFrame | None, day: dt.date) -> tuple[dict[str, str], set[str]]:
    """Department by pseudonym in this session, and the pseudonyms of others."""
    if scores is None:
        return {}, set()
    is_own = scores["session_date"] == pd.Timestamp(day)
    own = scores[is_own].drop_duplicates("rater")
    return (dict(zip(own["rater"], own["department"].fillna(""), strict=True)),
            set(scores["rater"][~is_own].dropna()))


def _draw(day: dt.date, name: str) -> str:
    return hashlib.sha256(f"{day:%Y-%m-%d} {name}".encode()).hexdigest()
