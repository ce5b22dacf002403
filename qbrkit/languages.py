"""Which languages the pages can be written in, and the data's own words in them.

Sentences come from the catalogs in ``report/locale``; names of products, services and measures
come from the data, in one language only, and are translated by ``[words.<language>]`` of
qbr.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the settings are read before anything slow is loaded
    import pandas as pd

CATALOGS = Path(__file__).parent / "report" / "locale"
"""Folder of the catalogs, one ``<code>.po`` per language but English."""
TRANSLATED: dict[str, tuple[str, ...]] = {
    "products": ("family",), "plan_components": ("name",), "services": ("service_id",),
    "benefits": ("name",), "service_levels": ("measure", "unit"),
    "risks": ("customer_risk", "customer_answer")}
"""Columns of the export whose words ``[words.<language>]`` translates on a customer's page."""


def known_languages() -> list[str]:
    """Codes of the languages that reviews can be written in; each has a catalog, but English."""
    return sorted({"en"} | {file.stem for file in CATALOGS.glob("*.po")})


def primary(code: object) -> str:
    """The language of a code without its country: ``de`` for ``de-AT`` and ``DE_ch``."""
    return str(code).lower().replace("_", "-").split("-")[0]


def untranslated(tables: Mapping[str, pd.DataFrame], words: Mapping[str, Mapping[str, str]],
                 own: str) -> dict[str, list[str]]:
    """Words of the data that customers would read in the company's language and not in theirs.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables of the export, by the names of the contract.
    words : mapping of str to mapping
        ``[words.<language>]`` of the settings: translations by the text of the data.
    own : str
        The company's language, which is that of the data.

    Returns
    -------
    dict
        By language of an account that is another than the company's and has a catalog: the
        texts of the columns in `TRANSLATED` that its ``[words.<language>]`` lacks, sorted.
        Languages that lack nothing are left out.
    """
    if "accounts" not in tables:
        return {}
    wanted = {primary(code) for code in tables["accounts"]["language"].dropna()}
    texts = {str(text) for name, columns in TRANSLATED.items() if name in tables
             for column in columns if column in tables[name].columns
             for text in tables[name][column].dropna()}
    lacking = {code: sorted(texts - set(words.get(code, {})))
               for code in sorted(wanted & set(known_languages()))
               if code != primary(own)}
    return {code: words for code, words in lacking.items() if words}
