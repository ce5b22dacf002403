"""The words of a customer's page itself, and which names can be told from them."""

import gettext
import json
import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from qbrkit import report as report_package
from qbrkit.languages import known_languages
from qbrkit.report.language import language
from qbrkit.report.messages import messages_of_code, words_in
from qbrkit.run.cells import split_markdown
from qbrkit.run.shipped import shipped

SHARED_MODULES = ("exhibits", "figures", "page", "words")
"""Modules of the report that write sentences on external pages too."""
SHORT_NAME = 8
"""A single word that is left of a name without its legal form needs as many letters."""
_FORM = re.compile(
    r"(?i)[\s,]+(?:(?:&|\+|und|and|et)\s*)?(?:"
    r"g?gmbh|ges\.?\s?m\.?\s?b\.?\s?h|mbh|ag|kg|kgaa|ohg|gbr|ug|e\.?\s?g|e\.?\s?k|e\.?\s?v|se|"
    r"co|company|corp|corporation|inc|incorporated|l\.?l\.?c|l\.?l\.?p|ltd|limited|pty|plc|"
    r"b\.?v|n\.?v|s\.?a|s\.?a\.?s|s\.?a\.?r\.?l|sarl|s\.?\s?r\.?\s?l|s\.?p\.?a|a/?s|aps|ab|oyj?|"
    r"sp\.?\s?z\.?\s?o\.?\s?o|s\.?\s?r\.?\s?o|a\.\s?s|d\.?\s?o\.?\s?o|kft|zrt)\.?$")


class Searched(NamedTuple):
    """Terms of one kind by how they can be told from the words of the page.

    Parameters
    ----------
    freely : set of str
        In any case of their letters.
    as_written : set of str
        Spelt like a word of the page but for capitals: only in their own spelling.
    not_at_all : set of str
        Words of the page itself.
    """

    freely: set[str]
    as_written: set[str]
    not_at_all: set[str]


def told_apart(terms: Iterable[str]) -> Searched:
    """Some terms by how they can be searched; see `Searched`."""
    given, common = {str(term) for term in terms}, words_of_the_page()
    folded = {word.casefold() for word in common}
    alike = {term for term in given if len(term.strip()) > 1  # "A" counts after "account" alone
             and term.strip().casefold() in folded}
    unsearchable = {term for term in alike if term.strip() in common}
    return Searched(given - alike, alike - unsearchable, unsearchable)


def without_legal_form(name: str) -> list[str]:
    """What may stand for a name: it without its legal form, as "Nord Stahl" of "Nord Stahl GmbH".

    Parameters
    ----------
    name : str
        A company's name.

    Returns
    -------
    list of str
        One per form left out ("GmbH & Co. KG" has three), as long as two words or a single one
        of `SHORT_NAME` letters are left; none for a name without a form.
    """
    names = []
    while (form := _FORM.search(name)) is not None and form.start():
        name = name[: form.start()].rstrip(" ,&+")
        names.append(name)
    return [one for one in names if len(words := _long_words(one)) > 1
            or any(len(word) >= SHORT_NAME for word in words)]


def short_names(names: Iterable[str], in_use: Collection[str]) -> set[str]:
    """Names without their legal form, but those made only of words that pages use anyway.

    Parameters
    ----------
    names : iterable of str
        Names of companies.
    in_use : collection of str
        Words that may stand on any page besides its own: of product families, of people.
    """
    common = {word.casefold() for word in {*words_of_the_page(), *in_use}}
    return {short for name in names for short in without_legal_form(str(name))
            if not {word.casefold() for word in _long_words(short)} <= common}


def _long_words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}", name)


@cache
def words_of_the_page() -> frozenset[str]:
    """Words of the page's own sentences: a name that is spelt like one cannot be searched.

    They are taken from the code and the notebook of the external page, in English and in the
    words of every catalog.
    """
    report = Path(report_package.__file__).parent
    messages = {form for file in [*(report / f"{name}.py" for name in SHARED_MODULES),
                             *(report / "customer").glob("*.py")]
                for message in messages_of_code(file.read_text(encoding="utf-8"))
                for form in ([message] if isinstance(message, str) else message)}
    notebook = json.loads((shipped("notebooks") / "external_review.ipynb").read_text("utf-8"))
    messages |= {text for cell in notebook["cells"] if cell["cell_type"] == "markdown"
                 for _, text in split_markdown("".join(cell["source"]))}
    told = set(messages)
    for code in known_languages():
        told |= _translations(messages, language(code).catalog)
    return frozenset(word for text in told for word in words_in(text))


def _translations(messages: Collection[str], catalog: gettext.NullTranslations) -> set[str]:
    """Translations of messages, those with a plural form too, which are found by their singular."""
    held = getattr(catalog, "_catalog", {})
    return {translation for original, translation in held.items()
            if (original[0] if isinstance(original, tuple) else original) in messages}
