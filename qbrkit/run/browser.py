"""The browser of this machine that prints pages: where it is, and how it is started."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from qbrkit.errors import SettingError

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserType

VARIABLE = "QBRKIT_BROWSER"
OLDEST = 131
"""Version of Chromium from which page numbers and running heads are printed."""
BY_HAND = "printing the HTML page from the browser by hand gives the same"
_ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
            "microsoft-edge", "microsoft-edge-stable", "chrome", "msedge")
_ON_MAC = ("Google Chrome", "Microsoft Edge", "Chromium")
_ON_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe",
               "Chromium/Application/chrome.exe")


def find_browser() -> Path | None:
    """The Chromium, Chrome or Edge of this machine, or the one that QBRKIT_BROWSER names.

    Returns
    -------
    Path or None
        None where none is installed in a usual place.

    Raises
    ------
    SettingError
        If QBRKIT_BROWSER names no file.
    """
    if named := os.environ.get(VARIABLE):
        found = shutil.which(named)
        if not found:
            raise SettingError(f"{VARIABLE} names {named!r}, which is no program; give the whole "
                               "path of Chromium, Chrome or Edge, or unset it")
        return Path(found)
    return next((place for place in _usual_places() if place.is_file()), None)


def _usual_places() -> Iterator[Path]:
    yield from (Path(found) for name in _ON_PATH if (found := shutil.which(name)))
    if sys.platform == "darwin":
        for root in (Path("/Applications"), Path.home() / "Applications"):
            yield from (root / f"{name}.app/Contents/MacOS/{name}" for name in _ON_MAC)
    if sys.platform == "win32":
        for variable in ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData"):
            if root_named := os.environ.get(variable):
                yield from (Path(root_named) / name for name in _ON_WINDOWS)


def require_browser() -> Path:
    """The browser to print with.

    Raises
    ------
    SettingError
        If playwright or a browser is missing; the message says what to install.
    """
    if find_spec("playwright") is None:
        raise SettingError('--pdf needs playwright: pip install "qbrkit[pdf]"; or leave --pdf out: '
                           f"{BY_HAND}")
    if (found := find_browser()) is None:
        raise SettingError("--pdf needs Chromium, Chrome or Edge, and none was found; install one, "
                           f"or name its program in {VARIABLE}; or leave --pdf out: {BY_HAND}")
    return found


@asynccontextmanager
async def opened_browser(program: Path) -> "AsyncIterator[Browser]":
    """The browser, headless and with an empty profile; it ends with the block.

    Raises
    ------
    SettingError
        If it does not start, or is too old to print page numbers.
    """
    from playwright.async_api import Error, async_playwright

    async with async_playwright() as playwright:
        try:
            browser = await _launch(playwright.chromium, program)
        except Error as error:
            raise SettingError(f"{program.name} does not start ({error.message.splitlines()[0]}); "
                               f"name another browser in {VARIABLE}, or leave --pdf out: "
                               f"{BY_HAND}") from error
        try:
            if int(browser.version.split(".")[0]) < OLDEST:
                raise SettingError(f"{program.name} {browser.version} prints no page numbers; "
                                   f"version {OLDEST} or newer does: bring it up to date, or name "
                                   f"another one in {VARIABLE}")
            yield browser
        finally:
            await browser.close()


async def _launch(chromium: "BrowserType", program: Path) -> "Browser":
    """Start it in its sandbox; without it as root and in containers, where there is none.

    What is printed is our own page, without script and without network.
    """
    from playwright.async_api import Error

    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not is_root:
        try:
            return await chromium.launch(executable_path=program, chromium_sandbox=True)
        except Error as error:
            if "sandbox" not in error.message.lower():
                raise
    return await chromium.launch(executable_path=program, chromium_sandbox=False)
