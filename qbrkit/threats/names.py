"""Names that people type: one spelling each, and the words that name nobody."""

import pandas as pd

UNKNOWN = frozenset((
    "", "?", "??", "-", "–", "n/a", "n.a.", "na", "none", "no one", "nobody", "unknown",
    "not known", "other", "others", "unbekannt", "nicht bekannt", "andere", "sonstige", "keine",
    "keiner", "k.a.", "k. a."))
"""What stands in a field for a name when no name is known, in lower case."""


def fold(names: pd.Series) -> pd.Series:
    """Names without what does not tell them apart: case, and blanks at the ends or doubled."""
    written = names.astype("str")
    folded = {name: " ".join(name.split()).casefold() for name in written.dropna().unique()}
    return written.map(folded).astype("str")


def without_unknown(names: pd.Series) -> pd.Series:
    """Names with the words that name nobody made missing.

    Parameters
    ----------
    names : Series
        As exported.

    Returns
    -------
    Series
        The same names without blanks at the ends; missing for `UNKNOWN`.
    """
    return names.astype("str").str.strip().mask(fold(names).isin(UNKNOWN))


def spell(names: pd.Series, *known: pd.Series) -> pd.Series:
    """Each name in one spelling, whatever its case and blanks.

    Parameters
    ----------
    names : Series
        As exported.
    *known : Series
        Names that give the spelling: of the first of them that holds a name at all, the one
        written most often, of equals the first by letter; of none, the name itself.

    Returns
    -------
    Series
        The same rows in the spelling found; missing names stay missing.
    """
    folded, spelled = fold(names), pd.Series(pd.NA, index=names.index, dtype="str")
    for given in (*known, names):
        written = pd.DataFrame({"name": given.dropna().astype("str").str.strip()})
        counted = written.assign(key=fold(written["name"])).groupby(["key", "name"]).size()
        ranked = counted.rename("n").reset_index().sort_values(
            ["key", "n", "name"], ascending=[True, False, True]).drop_duplicates("key")
        by_key = ranked.set_index("key")["name"]
        spelled = spelled.fillna(folded.map(by_key).astype("str"))
    return spelled
