"""PDF files of released pages, printed as one prints them by hand: one browser for a batch."""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qbrkit.errors import QbrError, SettingError
from qbrkit.run.browser import BY_HAND, opened_browser, require_browser
from qbrkit.run.paths import write_whole

if TYPE_CHECKING:
    from playwright.async_api import Browser

SECONDS = 120
"""Time that the printing of one page may take."""
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}\+00'00'\)")
_CREATOR = re.compile(rb"/Creator \((?:[^()\\]|\\.)*\)")
_SHEET = re.compile(rb"/Type\s*/Page\b")


def add_pdfs(made: Iterable[dict[str, Any]], before: Iterable[dict[str, Any]], folder: Path,
             day: date, wanted: bool, workers: int = 2) -> list[dict[str, Any]]:
    """Page records with their PDF, which lies beside the page under its name.

    Parameters
    ----------
    made : iterable of dict
        Records of the pages of this run.
    before : iterable of dict
        Records of the run before; a PDF of the same HTML whose file is whole is kept.
    folder : Path
        The folder of the quarter.
    day : date
        Stands in the files as the day on which they were made, so that the same page gives
        the same bytes.
    wanted : bool
        Print what is missing of external pages; otherwise what is out of date is only removed.
    workers : int, default 2
        Pages printed at a time.

    Returns
    -------
    list of dict
        The records, each with ``pdf``: ``file`` relative to the folder, ``sha256`` and
        ``pages``, or None; and ``pdf_cause``, why there is none although it was wanted.
    """
    known = {record["file"]: record for record in before if record.get("pdf")}
    records = [record | {"pdf": _kept(record, known.get(record["file"]), folder),
                         "pdf_cause": None} for record in made]
    open_ones = [record for record in records if record["file"] and not record["pdf"]]
    for record in open_ones:  # an older one must not be taken for it
        (folder / record["file"]).with_suffix(".pdf").unlink(missing_ok=True)
    external = [record for record in open_ones if record["kind"] == "external"]
    if wanted and external:
        for record, outcome in zip(external, _printed(external, folder, day, workers),
                                   strict=True):
            if isinstance(outcome, str):
                record["pdf_cause"] = outcome
            else:
                record["pdf"] = _written(outcome, record["file"], folder)
    return records


def _printed(records: list[dict[str, Any]], folder: Path, day: date,
             workers: int) -> list[bytes | str]:
    """A browser that does not start is told beside each page: the pages are made and whole."""
    try:
        return print_pages([folder / record["file"] for record in records], day, workers)
    except SettingError as error:
        return [str(error)] * len(records)


def _kept(record: dict[str, Any], before: dict[str, Any] | None,
          folder: Path) -> dict[str, Any] | None:
    """The PDF of the run before, when it shows the same HTML and was not changed since."""
    if before is None or before["sha256"] != record["sha256"]:
        return None
    file = folder / before["pdf"]["file"]
    is_whole = file.is_file() and (
        hashlib.sha256(file.read_bytes()).hexdigest() == before["pdf"]["sha256"])
    return before["pdf"] if is_whole else None


def _written(content: bytes, page: str, folder: Path) -> dict[str, Any]:
    file = (folder / page).with_suffix(".pdf")
    write_whole(file, content)
    return {"file": file.relative_to(folder).as_posix(),
            "sha256": hashlib.sha256(content).hexdigest(), "pages": count_sheets(content)}


def count_sheets(content: bytes) -> int:
    """Pages of a PDF as Chromium writes it."""
    return len(_SHEET.findall(content))


def print_pages(files: Sequence[Path], day: date, workers: int = 2) -> list[bytes | str]:
    """Print HTML files with one browser, several at a time.

    Parameters
    ----------
    files : sequence of Path
        Self-contained pages of this kit.
    day : date
        As in `add_pdfs`.
    workers : int, default 2
        Pages printed at a time.

    Returns
    -------
    list of bytes or str
        The PDF of each file, tagged, with outline, title and language; in place of one that
        could not be printed, why.

    Raises
    ------
    SettingError
        If there is no browser or it does not start.
    """
    printing = _print_all(files, f"{day:%Y%m%d}", max(1, workers))
    with ThreadPoolExecutor(1) as apart:  # a notebook that calls this has a loop of its own
        return apart.submit(asyncio.run, printing).result()


async def _print_all(files: Sequence[Path], day: str, workers: int) -> list[bytes | str]:
    places = asyncio.Semaphore(workers)
    async with opened_browser(require_browser()) as browser:

        async def told(file: Path) -> bytes | str:
            async with places:
                try:
                    return await _print(browser, file, day)
                except (TimeoutError, QbrError, OSError) as error:
                    return f"no PDF: {error or type(error).__name__}; {BY_HAND}"

        return await asyncio.gather(*map(told, files))


async def _print(browser: "Browser", file: Path, day: str) -> bytes:
    """The page alone in an empty profile: no network, no script, no address of its own."""
    from playwright.async_api import Error

    try:
        profile = await browser.new_context(offline=True, java_script_enabled=False)
        try:
            page = await profile.new_page()
            await page.set_content(file.read_text(encoding="utf-8"))
            content = await asyncio.wait_for(page.pdf(
                format="A4", prefer_css_page_size=True, tagged=True, outline=True), SECONDS)
        finally:
            await profile.close()
    except Error as error:
        raise QbrError(error.message.splitlines()[0]) from error
    return _signed(content, day)


def _signed(content: bytes, day: str) -> bytes:
    """With the day of the data, and without the name of this machine's system.

    Nothing changes its length: the table at the end of a PDF counts bytes.
    """
    dated = _DATES.sub(rb"\g<1>" + day.encode() + rb"000000+00'00')", content)
    return _CREATOR.sub(lambda found: b"/Creator (qbrkit)".ljust(len(found[0])), dated)
