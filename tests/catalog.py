"""Every message of the pages, and which catalogs lack one.

``python -m tests.catalog`` prints what is missing or left over in each catalog;
``python -m tests.catalog --update`` merges the messages in, new ones without translation;
with ``--language fr`` a catalog that is not there yet is begun.
"""

import argparse
import io
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from babel import Locale, UnknownLocaleError
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from qbrkit.report.language import CATALOGS
from qbrkit.report.messages import Message, message_calls, messages_of_code
from qbrkit.run.cells import split_markdown

ROOT = Path(__file__).resolve().parents[1]
REPORTS, NOTEBOOKS = ROOT / "qbrkit" / "report", ROOT / "notebooks"
KEPT_HEADERS = ("Language:", "Plural-Forms:", "MIME-Version:", "Content-Type:",
                "Content-Transfer-Encoding:")


def messages() -> list[Message]:
    """Every message; one with a plural form is a pair."""
    found: set[Message] = set()
    for file in sorted(REPORTS.rglob("*.py")):
        found.update(messages_of_code(file.read_text(encoding="utf-8")))
    for file in sorted(NOTEBOOKS.glob("*.ipynb")):
        found.update(_messages_of_notebook(file))
    return sorted(found, key=lambda one: one if isinstance(one, tuple) else (one, ""))


def computed_messages(source: str) -> list[str]:
    """Messages that are no literal and so cannot be collected, as written."""
    return [written for texts, written in message_calls(source) if not texts]


def _messages_of_notebook(file: Path) -> Iterator[str]:
    notebook = nbformat.read(file, as_version=4)
    yield notebook.metadata["title"]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from (text for _, text in split_markdown(cell.source))
        elif cell.cell_type == "code":
            yield from re.findall(r"page\.internal_cover\(\w+,\s*\"([^\"]+)\"\)", cell.source)


def read_catalog(file: Path) -> Catalog:
    """One catalog of the folder ``locale``."""
    with open(file, "rb") as source:
        return read_po(source, locale=file.stem)


def missing(catalog: Catalog) -> list[Message]:
    """Messages without a translation, or with one that is not sure."""
    known = {entry.id for entry in catalog if entry.id and not entry.fuzzy
             and all(_strings(entry.string))}
    return [one for one in messages() if one not in known]


def left_over(catalog: Catalog) -> list[Message]:
    """Entries that are no message any more."""
    obsolete = [entry.id for entry in catalog.obsolete.values()]
    known = set(messages())
    return [entry.id for entry in catalog if entry.id and entry.id not in known] + obsolete


def begun(code: str) -> bytes:
    """A new catalog for a language, without a single translation.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    try:
        if not re.fullmatch("[a-z]{2,3}", code) or code == "en":
            raise ValueError(code)
        return merged(Catalog(locale=Locale.parse(code), fuzzy=False))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"{code!r} is no code of a language, such as fr, that pages can be "
                         "translated to") from error


def _strings(translation: str | tuple[str, ...]) -> tuple[str, ...]:
    return translation if isinstance(translation, tuple) else (translation,)


def merged(catalog: Catalog) -> bytes:
    """The catalog with all messages, sorted, without what changes by itself."""
    template = Catalog(fuzzy=False)
    for message in messages():
        template.add(message)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.header_comment, catalog.fuzzy = "", False
    for entry in catalog:
        entry.flags &= {"fuzzy"}  # the others follow from the text, and from who writes it
    written = io.BytesIO()
    write_po(written, catalog, width=96, no_location=True, sort_output=True,
             ignore_obsolete=True)
    head, _, body = written.getvalue().decode().partition("\n\n")
    kept = [line for line in head.splitlines() if not line.startswith(("#", '"'))
            or line.startswith(tuple(f'"{name}' for name in KEPT_HEADERS))]
    return "\n".join([*kept, "", body.strip(), ""]).lstrip("\n").encode()


def main(arguments: list[str] | None = None) -> int:
    """Print what is missing; merge it in where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.catalog", description=__doc__)
    parser.add_argument("--update", action="store_true", help="merge the messages in")
    parser.add_argument("--language", default="", help="begin a catalog that is not there yet")
    given = parser.parse_args(arguments)
    update, faults = given.update, 0
    if given.language and not (new := CATALOGS / f"{given.language}.po").exists():
        try:
            new.write_bytes(begun(given.language))
        except ValueError as error:
            parser.error(str(error))
    for file in sorted(CATALOGS.glob("*.po")):
        if update:
            file.write_bytes(merged(read_catalog(file)))
        catalog = read_catalog(file)
        for what, found in (("missing", missing(catalog)), ("left over", left_over(catalog))):
            faults += len(found)
            for message in found:
                print(f"{file.name}: {what}: {message!r}")  # noqa: T201
        print(f"{file.name}: {len(messages())} messages")  # noqa: T201
    return 1 if faults and not update else 0


if __name__ == "__main__":
    raise SystemExit(main())
