"""Words, numbers, dates and money in the reader's language.

English is written in the code; other languages are gettext catalogs in ``locale/``, read
as they are, so that adding a language means adding one file.
"""

import gettext
import io
import re
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from babel import Locale, UnknownLocaleError, numbers
from babel.dates import format_date, get_month_names
from babel.messages import mofile, pofile

from qbrkit.languages import CATALOGS, primary

MINUS, NOT_KNOWN, NO_BREAK = "−", "–", "\u00a0"
PRINTED_AS_ZERO = 0.5
"""Money below it is printed as 0, since money is printed in whole units."""


@cache
def language(code: str) -> "Language":
    """The language of a code such as ``de``; English where there is no catalog for it."""
    short = primary(code)
    file = {one.stem: one for one in CATALOGS.glob("*.po")}.get(short)  # data is never a path
    if file is None:
        return Language("en", gettext.NullTranslations())
    compiled = io.BytesIO()
    with open(file, "rb") as catalog:
        mofile.write_mo(compiled, pofile.read_po(catalog, locale=short))
    compiled.seek(0)
    return Language(short, gettext.GNUTranslations(compiled))


class Language:
    """Sentences and figures of one language.

    Parameters
    ----------
    code : str
        Language code, as ``en``.
    catalog : NullTranslations
        Its catalog.
    """

    def __init__(self, code: str, catalog: gettext.NullTranslations) -> None:
        self.code, self.catalog = code, catalog
        try:
            self.locale = Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            self.locale = Locale.parse("en")

    def say(self, message: str, **values: Any) -> str:
        """A sentence of the catalog with its values put in."""
        text = self.catalog.gettext(message)
        return text.format(**values) if values else text

    def count(self, singular: str, plural: str, n: float, **values: Any) -> str:
        """A sentence in singular or plural; ``{n}`` is the number itself."""
        text = self.catalog.ngettext(singular, plural, int(n))
        return text.format(n=self.number(n), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with a fixed count of decimals; a dash when it is not known."""
        if pd.isna(value):
            return NOT_KNOWN
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return _minus(numbers.format_decimal(_plain(value, digits), pattern, locale=self.locale))

    def money(self, value: float, currency: str) -> str:
        """Money in whole units; a dash when it is not known, a number without a currency."""
        if pd.isna(value):
            return NOT_KNOWN
        if not currency:
            return self.number(value)
        pattern = self.locale.currency_formats["standard"].pattern.replace(".00", "")
        text = numbers.format_currency(_plain(value, 0), currency, pattern, locale=self.locale,
                                       currency_digits=False)
        return _minus(re.sub(r"(?<=[^\W\d_])(?=\d)", NO_BREAK, text))  # CHF 100, not CHF100

    def percent(self, share: float, digits: int = 1, signed: bool = False) -> str:
        """A share as percent, with a plus sign where asked; a dash when it is not known."""
        if pd.isna(share):
            return NOT_KNOWN
        pattern = self.locale.percent_formats[None].pattern.replace(
            "#,##0", "#,##0" + ("." + "0" * digits if digits else ""))
        rounded = _plain(share, digits + 2)
        plus = "+" if signed and rounded > 0 else ""
        return plus + _minus(numbers.format_percent(rounded, pattern, locale=self.locale))

    def date(self, day: date | pd.Timestamp, form: str = "long") -> str:
        """A day in words; a dash when it is not known."""
        return NOT_KNOWN if pd.isna(day) else format_date(day, form, locale=self.locale)

    def months(self, quarter: pd.Period, short: bool = False) -> str:
        """The months of a fiscal quarter, as "July to September 2026" or "Jul–Sep 2026"."""
        first, last = quarter.start_time, quarter.end_time
        names = get_month_names("abbreviated" if short else "wide",
                                "stand-alone" if short else "format", locale=self.locale)
        start, end = names[first.month].rstrip("."), names[last.month].rstrip(".")
        if first.year != last.year:
            start = f"{start} {first.year}"
        if short:
            return f"{start}–{end} {last.year}"
        return self.say("{start} to {end} {year}", start=start, end=end, year=last.year)

    def listed(self, items: list[str]) -> str:
        """Items joined as in a sentence: "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        return self.say("{items} and {last}", items=", ".join(items[:-1]), last=items[-1])


def _plain(value: float, digits: int) -> float:
    """Rounded, with no negative zero."""
    return round(float(value), digits) + 0.0


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
