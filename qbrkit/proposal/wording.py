"""Headings, file names and values looked up among the words of the usual systems."""

import re
import unicodedata
from itertools import pairwise

from qbrkit.columns import TABLES
from qbrkit.proposal.headings import FILE_WORDS, HEADINGS, ID_ENDINGS, SIGN_VALUES, THINGS, VALUES
from qbrkit.proposal.review_headings import REVIEW_FILE_WORDS, REVIEW_HEADINGS, REVIEW_VALUES


def plain(text: str) -> str:
    """A heading without case, accents, blanks and punctuation: ``Sell-to No.`` is selltono.

    >>> plain("Währung")
    'waehrung'
    """
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.lower().replace(umlaut, letters)
    unaccented = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^a-z0-9]+", "", unaccented)


def words_of(name: str) -> set[str]:
    """Words of a file's name, single and joined with the next: ``DimProduct`` has product."""
    parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    words = [plain(word) for word in re.split(r"[\W_\d]+", parts) if word]
    words += [word.removeprefix(start) for word in words for start in ("dim", "fact")
              if word.startswith(start) and word != start]
    joined = {plain(name), *(first + second for first, second in pairwise(words))}
    return {word for word in {*words, *joined} if word}


def _ranks() -> dict[str, dict[str, dict[str, tuple[int, bool]]]]:
    """Rank of every heading, and whether it is only a guess, by table and role."""
    ranks: dict[str, dict[str, dict[str, tuple[int, bool]]]] = {}
    known = HEADINGS | REVIEW_HEADINGS
    for table in known | TABLES:
        contract = dict.fromkeys(TABLES[table].names if table in TABLES else (), "")
        roles = known.get(table, {})
        for role, listed in (roles | contract | roles).items():
            sure, _, guessed = listed.partition("|")
            named = dict.fromkeys(sure.split(), False)
            for thing in THINGS.get(role, "").split():
                for ending in ID_ENDINGS:
                    named.setdefault(thing + ending, False)
            named.update(dict.fromkeys(guessed.split(), True))
            ranks.setdefault(table, {})[role] = {
                word: (rank, is_guess) for rank, (word, is_guess) in enumerate(named.items())}
    return ranks


RANKS = _ranks()
"""Table, role, heading: its rank and whether it is only a guess."""


def is_file_of(table: str, name: str) -> bool:
    """Whether the name of a file says that it holds this table."""
    listed = (FILE_WORDS | REVIEW_FILE_WORDS).get(table, "").split()
    return bool(words_of(name) & {plain(table), *listed})


def value_for(table: str, column: str, text: str) -> str:
    """The contract's value for a value of the export; empty when no word of it is known."""
    wanted = plain(text)
    known = dict.fromkeys(TABLES[table][column].allowed, "") \
        | (VALUES | REVIEW_VALUES).get((table, column), {})
    return next((value for value, listed in known.items()
                 if wanted in {plain(value), *listed.split()}), "")


def kind_for(column: str, text: str) -> str:
    """Kind of a line for a value of a document type: as the system fixes it, else by the word."""
    fixed = SIGN_VALUES.get(plain(column), {})
    return next((kind for kind, listed in fixed.items() if plain(text) in listed.split()), "") \
        or value_for("invoice_lines", "kind", text)
