"""Search the final bytes of a page for what the one customer who gets it must not see.

The second line; the first is the list of fields that may reach a page. Searched are text,
attributes, comments, styles, metadata and ``data:`` payloads, with entities, percent signs and
escapes decoded; tags in a word, soft hyphens, line breaks and case make no difference.

- A term stands alone: "Metro" is not in "Metropolis". Two words or more may have any sign between
  them ("acme-north"), but not the end of a sentence.
- A single word (Zanzibar, K-0042) needs its own signs. In code (styles, classes) it counts only as
  written: "Grid" is a company, ``grid`` a layout. Up to three letters: as written, never in code;
  so are terms of a kind that ends in `AS_WRITTEN`.
- A rate counts with its percent sign ("38.3%", "38,3 %"), whatever its sign.
- A number counts in text, comments, metadata and descriptions (title, alt, aria-label) if it has
  five digits and is not within a longer one (12,346; 1.12346; 11000.50). A shorter one, or a single
  letter, counts only after a word such as "account".
- Within an allowed phrase nothing counts: "Acme" in the reader's own "Acme North GmbH".
- Always found: scripts, event handlers, forms, frames, link elements, redirections, addresses
  elsewhere (but mailto: and XML namespaces), paths of a computer, tracebacks, notebook metadata.

Not found: what is drawn or compressed; a misspelt or inflected term, one in a compound or a script
without spaces; a number formatted otherwise; a term allowed because it is a word of the page too.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qbrkit.errors import LeakError
from qbrkit.run.page_texts import ALWAYS, CODE, SOURCE, WORDS, page_texts, plain

AS_WRITTEN = ", as written"
"""End of a kind whose terms count only in their own spelling, and never in code."""
INTERNAL_TEXT, FIGURE = "an internal text", "an internal figure"
_TOKEN = re.compile(r"[^\W_]+|[.!?:;](?=\s|$)")
_ACCOUNT = re.compile(
    r"(?i)(?<![^\W_])(?:account|konto|kunden?|customer|client|debitor)"
    r"(?:[-_ ]?(?:id|no|nr|number|nummer))?[\"'\s:#.=_-]{1,5}(?=[^\W_])"
)


@dataclass(frozen=True)
class Leak:
    """One find: its kind, the term or text that was found, and what stands around it."""

    what: str
    found: str
    where: str


def _rule(text: str) -> str:
    """Which rule of the module's docstring a term falls under."""
    if re.fullmatch(r"\W*\d+[.,]\d\s?%", text):
        return "rate"
    size, lettered = len(re.sub(r"[\W_]", "", text)), re.search(r"[^\W\d_]", text)
    if size == 1 or not lettered:
        return "number" if size > 4 else "tiny"
    if size <= 3:
        return "short"
    return "name" if len(re.findall(r"[^\W\d_]{2,}", text)) > 1 else "word"


def _is_whole_number(text: str, start: int, end: int) -> bool:
    """Tell if the digits are not part of a longer number; "11000,11001" is a list."""
    before, after = text[max(0, start - 6) : start], text[end : end + 6]
    if re.search(r"\d[.']$|(?<!\d)\d{1,4},$", before) or re.match(r"[.']\d|,\d(?!\d{4})", after):
        return False
    return end - start > 4 or not re.match(r" \d{3}\b", after)  # "12 345" is one number


class Gate:
    """Forbidden terms made ready to search many pages.

    Parameters
    ----------
    forbidden : mapping of str to collection of str
        As in `find_leaks`; terms of all accounts, each reader's own are given to `find`.
    """

    def __init__(self, forbidden: Mapping[str, Collection[str]]) -> None:
        self._terms: dict[tuple[str, ...], list[tuple[str, str, str, str]]] = {}
        self._sizes: dict[str, set[int]] = {}
        for what, terms in forbidden.items():
            if isinstance(terms, str):  # its letters would be taken for terms, and nothing found
                raise TypeError(f"{what}: {terms!r} is one text; give a list of texts")
            for term in map(str, terms):
                text = re.sub(r"^[\W_]+|[\W_]+$", "", " ".join(plain(term).split()))
                words = tuple(token.casefold() for token in _TOKEN.findall(text))
                short = tuple(word for word in words if word[0].isalnum())  # "St Pölten"
                for key in {words, short} - {()}:
                    rule = _rule(plain(term).strip())
                    if what.endswith(AS_WRITTEN) and rule in ("name", "word"):
                        rule = "short"
                    self._terms.setdefault(key, []).append((what, term, text, rule))
                    self._sizes.setdefault(key[0], set()).add(len(key))

    def find(self, page: bytes, allowed: Collection[str] = (),
             further: "Gate | None" = None) -> list[Leak]:
        """Search one page, for the terms of a further gate as well; see `find_leaks`."""
        own, gates = Gate({"": allowed}), [self, *([further] if further else [])]
        leaks: dict[tuple[str, str], Leak] = {}
        for text, place, cuts in page_texts(page):
            hits = [
                (what, found[0], *found.span())
                for what, first, last, pattern in ALWAYS
                if first <= place <= last
                for found in re.finditer(pattern, text)
            ]
            tokens = [] if place == SOURCE else list(_TOKEN.finditer(text))
            words = [token[0].casefold() for token in tokens]
            hits += [hit for gate in gates for hit in gate._hits(text, place, tokens, words)]
            free = [span[:2] for span in own._spans(tokens, words)] if hits else []
            for what, found, start, end in hits:
                if cuts is not None and bisect_right(cuts, start) >= bisect_left(cuts, end):
                    continue  # no tag cuts it: it counts where tags are spaces
                if not any(left <= start and end <= right for left, right in free):
                    around = text[max(0, start - 20) : end + 20].replace("\0", " ").split()
                    leaks.setdefault((what, found), Leak(what, found, f"…{' '.join(around)}…"))
        return list(leaks.values())

    def _hits(self, text, place, tokens, words) -> Iterator[tuple[str, str, int, int]]:
        """Terms that count in this place."""
        numbered = {found.end() for found in _ACCOUNT.finditer(text)} if place > CODE else ()
        for start, end, what, term, written, rule in self._spans(tokens, words):
            here = " ".join(text[start:end].split())
            alike = here.casefold() == written.casefold()
            if (
                rule == "name"
                or (rule == "word" and (here == written or (alike and place > CODE)))
                or (rule == "short" and here == written and place > CODE)
                or (
                    rule == "rate"
                    and here == written
                    and place == WORDS
                    and re.match(r"\s?%", text[end : end + 2])
                    and _is_whole_number(text, start, end)
                )
                or (
                    rule in ("number", "tiny")
                    and here == written
                    and (start in numbered or (rule == "number" and place == WORDS))
                    and _is_whole_number(text, start, end)
                )
            ):
                yield what, term, start, end

    def _spans(self, tokens, words) -> Iterator[tuple[int, int, str, str, str, str]]:
        """Start and end of all terms whose words follow each other."""
        for first in [number for number, word in enumerate(words) if word in self._sizes]:
            for size in self._sizes[words[first]]:
                key = tuple(words[first : first + size])
                for entry in self._terms.get(key, ()):
                    yield tokens[first].start(), tokens[first + len(key) - 1].end(), *entry


def find_leaks(
    page: bytes, forbidden: Mapping[str, Collection[str]] | Gate, allowed: Collection[str] = ()
) -> list[Leak]:
    """Search one page.

    Parameters
    ----------
    page : bytes
        The HTML file, as it would be sent.
    forbidden : mapping of str to collection of str
        Terms by their kind, ``{"another account's name": ["Müller & Sohn KG"]}``, or a `Gate`.
    allowed : collection of str
        The reader's own id and name, and words of the page that a forbidden term equals:
        what is found on a page without data.

    Returns
    -------
    list of Leak
        Each term once, where it was found first.
    """
    gate = forbidden if isinstance(forbidden, Gate) else Gate(forbidden)
    return gate.find(page, allowed)


def guard(
    page: bytes,
    forbidden: Mapping[str, Collection[str]] | Gate,
    allowed: Collection[str] = (),
    name: str = "",
    origin: Callable[[Leak], str] = lambda leak: "",
) -> None:
    """Stop a page that holds what its reader must not see.

    Parameters
    ----------
    page, forbidden, allowed
        As in `find_leaks`.
    name : str
        The page's name in the error.
    origin : callable
        Tells where a find was written, empty where that is not known.

    Raises
    ------
    LeakError
        If anything was found; it names the first five finds, and where they were written.
    """
    refuse(find_leaks(page, forbidden, allowed), name, origin)


def refuse(
    leaks: Sequence[Leak], name: str = "", origin: Callable[[Leak], str] = lambda leak: ""
) -> None:
    """Stop a page for what was found on it; without finds nothing happens.

    Parameters
    ----------
    leaks : sequence of Leak
        The finds.
    name, origin
        As in `guard`.

    Raises
    ------
    LeakError
        As `guard`; it tells what to do.
    """
    if leaks:
        shown = ", ".join(f"{leak.what} {leak.found!r} in {leak.where!r}{_written(origin(leak))}"
                          for leak in leaks[:5])
        count = "1 find" if len(leaks) == 1 else f"{len(leaks)} finds"
        more = f" and {len(leaks) - 5} more" if len(leaks) > 5 else ""
        raise LeakError(
            f"{name or 'page'}: not released, {count} its reader must not see: "
            f"{shown}{more}; {_advice(leaks)}"
        )


def _advice(leaks: Sequence[Leak]) -> str:
    """What to do about finds; a figure may stand there by chance, as a sum of others."""
    kinds = {leak.what for leak in leaks}
    told = []
    if kinds - {FIGURE}:
        told.append("take them out at their source, or list harmless words in "
                    "qbr.toml under [disclosure] allowed_words")
    if FIGURE in kinds:
        told.append("where an internal figure only happens to equal another figure of the page, "
                    "list it as printed under [disclosure] allowed_words in qbr.toml")
    return "; ".join(told)


def _written(origin: str) -> str:
    return f" (written in {origin})" if origin else ""
