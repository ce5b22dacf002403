"""Executed notebooks to make pages of, and the browser to look at the pages with."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qbrkit.run.export import PAGE_MIME

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 200" role="img" '
    'aria-labelledby="chart-title"><title id="chart-title">Orders by quarter</title>'
    '<rect x="10" y="60" width="300" height="100" fill="#b9c1cb"/>'
    '<text x="10" y="190" font-size="14">2026Q3</text></svg>'
)
TILES = (
    '<dl class="tiles"><div class="tile"><dt>Your orders</dt><dd class="value">1,284 k€</dd>'
    '<dd class="change">+6.2 % on 2025Q4</dd></div><div class="tile"><dt>Promises kept</dt>'
    '<dd class="value">6 of 8</dd><dd class="change">two open</dd></div></dl>'
)


def page_record(**fields):
    """A complete page record of an external page; `fields` replace its own."""
    return {
        "kind": "external", "title": "Business review 2026Q4", "language": "en",
        "company": "Acme Components", "accent": "#b4541a", "logo": None,
        "running_head": "Brightwater Foods · 2026Q4", "band": "",
        "labels": {"contents": "Contents", "page": "Page", "of": "of"},
        "footer": ["Data as of 31 December 2026.", "Report id 7f3a."],
        "status": "ready", "missing": [], **fields,
    }


def executed(source="show(x)", html=None, tags=(), **data):
    """A code cell as papermill leaves it, with one display output."""
    bundle = {"text/plain": "<Exhibit at 0x7f>", **data}
    if html is not None:
        bundle["text/html"] = html
    return new_code_cell(
        source,
        execution_count=1,
        metadata={"tags": list(tags)},
        outputs=[new_output("display_data", data=bundle)],
    )


def notebook(*cells, **record):
    """An executed notebook whose set-up cell gives the page record; text makes Markdown cells."""
    made = [new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    setup = executed("view = read()", tags=["setup"], **{PAGE_MIME: page_record(**record)})
    return new_notebook(cells=[setup, *made], metadata={"papermill": {"input_path": "/srv/in"}})


def table(rows, columns=8):
    """A table cell; each row has six lines, so that a broken one would show."""
    heads = "".join(f'<th scope="col" class="n">Figure {c}</th>' for c in range(1, columns))
    body = "".join(
        f'<tr><th scope="row">top-{row}{"<br>–" * 4}<br>end-{row}</th>'
        + f'<td class="n">1,284,{row:03d}</td>' * (columns - 1)
        + "</tr>"
        for row in range(rows)
    )
    return executed(html=(
        '<div class="scroll" role="region" aria-labelledby="caption" tabindex="0">'
        f'<table class="exhibit"><caption id="caption">Orders, EUR</caption><thead><tr>'
        f'<th scope="col">Family</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    ))


def review(**record):
    """A notebook with every kind of exhibit the pages know."""
    return notebook(
        "# Business review\n\nWhat the quarter brought.",
        executed(html='<p class="finding">Your orders grew by 6.2 % to 1,284,310 EUR.</p>'),
        executed(html=TILES),
        executed(html='<blockquote class="comment"><p>Thank you.</p><footer>M. E.</footer>'
                      "</blockquote>"),
        "## What did we promise?",
        executed(html='<p class="finding">One of three promises is <span class="pill '
                      'status-kept">kept</span>, one <span class="pill status-missed">missed'
                      '</span>, one <span class="pill status-open">open</span>.</p>'),
        table(60),
        "## How is your business developing?",
        executed(**{"image/svg+xml": SVG}),
        executed(html='<p class="note">How to read: one bar is one quarter.</p>'),
        "## What is included in your plan?",
        executed(html='<div class="missing"><p>Not available: the plan.</p></div>'),
        **record,
    )


def find_program(*names, variable):
    """Path of the first program there is; without one the test is skipped, which fails in CI."""
    found = os.environ.get(variable) or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(names)} is installed; {variable} can name another")
    return found


@contextmanager
def open_browser():
    """A headless Chromium."""
    chromium = find_program(
        "chromium", "chromium-browser", "google-chrome", "msedge", variable="CHROMIUM"
    )
    from playwright.sync_api import sync_playwright

    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@contextmanager
def opened(browser, html, folder, width=1280):
    """The page in a window of this width; `requests` of it collects what it loads."""
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.requests = []
    page.on("request", lambda request: page.requests.append(request.url))
    page.goto(file.as_uri())
    yield page
    page.close()


def serious_faults(page):
    """Accessibility faults that axe calls serious or critical, with their elements."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        (fault["id"], [node["html"] for node in fault["nodes"]])
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


def printed_pages(page, folder, paper):
    """The text of each sheet when the page is printed."""
    pdftotext = find_program("pdftotext", variable="PDFTOTEXT")
    file = folder / "page.pdf"
    page.pdf(path=file, format=paper)
    text = subprocess.run([pdftotext, "-layout", file, "-"], capture_output=True, check=True).stdout
    return text.decode("utf-8").rstrip("\f").split("\f")
