"""File names made from data: never a path, never the same for two accounts."""

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt")
                                           for n in range(10))}
"""Names that Windows keeps for devices, whatever the ending."""
_UNFINISHED = re.compile(r"\..+\.\d+")
"""Names that `whole_file` gives."""
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
                          "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L"})


def slug(text: str, length: int = 40) -> str:
    """Letters, digits and hyphens of a text, in ASCII; "x" when nothing is left."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLED)).encode("ascii", "ignore")
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain.decode()).strip("-")[:length].strip("-") or "x"
    return f"x-{name}" if name.casefold() in _RESERVED else name


def unique_slugs(texts: Iterable[str]) -> dict[str, str]:
    """A slug per text; those that would meet (in any case) get a part of their hash.

    Parameters
    ----------
    texts : iterable of str
        Distinct texts, as account ids.

    Returns
    -------
    dict of str to str
        Slug by text; the same whatever the order.
    """
    slugs = {text: slug(text) for text in texts}
    longer = {text: f"{one}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
              for text, one in slugs.items()}
    taken = Counter(one.casefold() for one in (*slugs.values(), *longer.values()))
    return {text: one if taken[one.casefold()] == 1 else longer[text]
            for text, one in slugs.items()}


def named_slug(own: str, account_id: str, name: str) -> str:
    """An account's own slug and that of its name; once for one that is known by its id alone."""
    called = slug(name)
    return own if called.casefold() == slug(account_id).casefold() else f"{own}_{called}"


def write_whole(file: Path, content: str | bytes) -> None:
    """Write a file under a temporary name and rename it: it is there whole or not at all."""
    with whole_file(file) as unfinished:
        unfinished.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """A temporary name to write a long file under; renamed to the file when all went well."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        yield unfinished
        os.replace(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what processes that were killed had begun to write below a folder."""
    for file in folder.rglob(".*"):
        if _UNFINISHED.fullmatch(file.name):
            file.unlink(missing_ok=True)


def work_folder(out: Path) -> Path:
    """Folder beside the quarters in which the tables that were read are kept."""
    return out.resolve() / "work"
