"""Which country an export means: a code, or a name in English, German or its own languages."""

import unicodedata
from functools import cache

import numpy as np
import pandas as pd

ALSO = {"england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
        "great britain": "GB", "britain": "GB", "grossbritannien": "GB", "holland": "NL",
        "america": "US", "united states of america": "US", "vereinigte staaten von amerika": "US",
        "czech republic": "CZ", "tschechische republik": "CZ", "turkey": "TR", "korea": "KR",
        "republic of korea": "KR", "hong kong": "HK", "hongkong": "HK", "macau": "MO",
        "el": "GR", "ivory coast": "CI", "uae": "AE", "swaziland": "SZ", "macedonia": "MK",
        "burma": "MM", "bolivia, plurinational state of": "BO", "eire": "IE", "brd": "DE",
        "russian federation": "RU", "viet nam": "VN", "slovak republic": "SK"}
"""Names that are usual and that CLDR does not list."""


def find_countries(written: pd.Series) -> pd.Series:
    """ISO codes of countries as an export writes them.

    Parameters
    ----------
    written : Series of str
        Codes of two or three letters, or names; case, accents and points do not matter.

    Returns
    -------
    Series of str
        Codes of two capitals; missing where nothing is written or the word is no country.

    Notes
    -----
    Names are those of the Unicode CLDR in English, German, and, for what these do not
    know, in the official languages of the world.
    """
    plain = written.astype("str").map(_plain, na_action="ignore")
    texts = [one for one in plain.dropna().unique() if one]
    known = {one: _names().get(one, "") for one in texts}
    if not all(known.values()):
        local = _local_names()
        known = {one: code or local.get(one, "") for one, code in known.items()}
    return plain.map({one: code or np.nan for one, code in known.items()}).astype("str")


def _plain(text: str) -> str:
    """Lower case, without accents, points and what surrounds the words."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    bare = "".join(one for one in letters if not unicodedata.combining(one) and one not in ".'’")
    return " ".join(bare.split()).removeprefix("the ")


@cache
def _names() -> dict[str, str]:
    """Codes, and names in English and German."""
    from babel.core import get_global

    codes = _codes()
    names = {code.casefold(): code for code in codes}
    names |= {one.casefold(): targets[0] for one, targets in get_global(
        "territory_aliases").items() if len(targets) == 1 and targets[0] in codes and one.isalpha()}
    for language in ("de", "en"):
        names |= _named_in(language, codes)
    return names | ALSO


@cache
def _local_names() -> dict[str, str]:
    """Names in the official languages; one that means two countries means none."""
    from babel import UnknownLocaleError
    from babel.core import get_global

    codes = _codes()
    spoken = {language for languages in get_global("territory_languages").values()
              for language, about in languages.items() if about["official_status"] in {
                  "official", "de_facto_official"}}
    meant: dict[str, set[str]] = {}
    for language in sorted(spoken):
        try:
            named = _named_in(language, codes)
        except (UnknownLocaleError, ValueError):
            continue
        for name, code in named.items():
            meant.setdefault(name, set()).add(code)
    return {name: min(found) for name, found in meant.items() if len(found) == 1}


def _codes() -> set[str]:
    from babel import Locale

    return {one for one in map(str, Locale("en").territories) if len(one) == 2 and one.isalpha()}


def _named_in(language: str, codes: set[str]) -> dict[str, str]:
    from babel import Locale

    return {_plain(str(name)): str(code)
            for code, name in Locale.parse(language).territories.items() if code in codes}
