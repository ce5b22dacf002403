"""Which messages code and notebooks hold: what catalogs translate, and the words of a page."""

import ast
import re
from collections.abc import Iterator

TAKEN = {"say": 1, "count": 2}
"""Methods of `Language` that take messages, and how many."""

Message = str | tuple[str, str]


def messages_of_code(source: str) -> Iterator[Message]:
    """Literal messages of a module; adjacent literals are one, a plural form makes a pair."""
    for texts, _ in message_calls(source):
        if len(texts) == 1:
            yield texts[0]
        elif texts:
            yield (texts[0], texts[1])


def message_calls(source: str) -> Iterator[tuple[list[str], str]]:
    """The literals of each call that takes a message, none if one is computed; and its source."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        wanted = TAKEN.get(call.func.attr, 0)
        if not wanted or len(call.args) < wanted:  # also list.count, which takes one argument
            continue
        given = call.args[:wanted]
        texts = [one.value for one in given
                 if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        yield texts if len(texts) == wanted else [], ", ".join(map(ast.unparse, given))


def words_in(text: str) -> set[str]:
    """The words of a message without its placeholders, spelt as they are."""
    return set(re.findall(r"[^\W\d_]+", re.sub(r"{\w+}", " ", text)))
