"""The quarter of the sample from end to end: every page, what no customer may read, and what a
later run makes anew.

The first run is a real one, by the command. Later ones run the cells in this process, which is
enough to see which pages are made and what they hold.
"""

import ast
import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_output

from qbrkit.report.language import CATALOGS
from qbrkit.run import pages, quarter
from qbrkit.run.cli import qbr
from qbrkit.run.manifest import read_manifest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
QUARTER = "2026Q4"
FIRST_DAY, LAST_DAY = "2026-07-01", "2026-09-30"
BYTES_AT_MOST = 150_000
GOOD, SOME_FAILED = 0, 1


def table(name, folder=SAMPLE):
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def lines_of(folder=SAMPLE):
    return pd.concat([table(file.stem, folder) for file in sorted(
        folder.glob("invoice_lines_*.csv"))], ignore_index=True)


# --- running -----------------------------------------------------------------------------

@pytest.fixture(scope="session")
def first(tmp_path_factory):
    """The whole quarter by the command, into a new folder: once for all workers of the tests."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    out, done = shared / "first", shared / "first.json"
    try:
        out.mkdir()
    except FileExistsError:  # another worker is at it
        while not done.exists():
            time.sleep(0.5)
    else:
        run = subprocess.run(
            [sys.executable, "-m", "qbrkit", "run", "--workspace", str(SAMPLE), "--out", str(out),
             "--workers", "2"],
            cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=600)
        unfinished = done.with_suffix(".part")
        unfinished.write_text(json.dumps(vars(run) | {"args": run.args}), encoding="utf-8")
        unfinished.replace(done)
    run = SimpleNamespace(**json.loads(done.read_text(encoding="utf-8")))
    return SimpleNamespace(run=run, folder=out / QUARTER)


@pytest.fixture(scope="module")
def manifest(first):
    return json.loads((first.folder / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def external(first):
    """Bytes of each external page by account."""
    green = green_circle(first.folder)
    files = sorted((first.folder / "external").iterdir())
    found = {}
    for file in files:
        (account_id,) = [one for one in green if file.name.startswith(f"{one}_")]
        assert account_id not in found
        found[account_id] = file.read_bytes()
    return found


def green_circle(folder):
    rows = table("accounts", folder)
    return rows.loc[rows["segment"] == "green_circle", "account_id"].tolist()


def execute_here(job):
    """What papermill does, in this process: all cells in their order, with their outputs."""
    notebook = nbformat.read(job.notebook, as_version=4)
    at = next(n for n, cell in enumerate(notebook.cells)
              if "parameters" in cell.metadata.get("tags", ()))
    injected = "\n".join(f"{name} = {value!r}" for name, value in job.parameters.items())
    notebook.cells.insert(at + 1, new_code_cell(injected, metadata={
        "tags": ["injected-parameters"]}))
    names = {}
    for count, cell in enumerate((one for one in notebook.cells if one.cell_type == "code"), 1):
        body = ast.parse(cell.source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        cell.execution_count = count
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            data = shown._repr_mimebundle_() if hasattr(shown, "_repr_mimebundle_") else {
                "text/html": shown._repr_html_()}
            cell.outputs = [new_output("execute_result", data, execution_count=count)]
    job.executed.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, job.executed)
    return notebook


@pytest.fixture
def executed_here(monkeypatch):
    """Names of the notebooks that were run, in this process."""
    names = []

    def execute(job):
        names.append(job.account_id or job.kind)
        return execute_here(job)

    monkeypatch.setattr(pages, "execute", execute)
    monkeypatch.setattr(pages, "can_fork", lambda: False)  # else a process apart runs them
    return names


@pytest.fixture
def copied(first, tmp_path):
    """A copy of the sample and of the results of the first run, to be changed."""
    shutil.copytree(SAMPLE, tmp_path / "workspace", ignore=shutil.ignore_patterns("out"))
    shutil.copytree(first.folder, tmp_path / "out" / QUARTER)
    return SimpleNamespace(workspace=tmp_path / "workspace", out=tmp_path / "out",
                           folder=tmp_path / "out" / QUARTER)


def command(copied, verb, *options):
    """The command in this process, one page at a time: charts are not drawn in threads here."""
    workers = ["--workers", "1"] if verb in {"run", "external"} else []
    return CliRunner().invoke(qbr, [verb, "--workspace", str(copied.workspace), "--quarter",
                                    QUARTER, "--out", str(copied.out), *workers, *options])


def rewrite(copied, name, change):
    """Replace the lines of one file of the workspace."""
    file = copied.workspace / f"{name}.csv"
    rows = change(table(name, copied.workspace))
    rows.to_csv(file, index=False, lineterminator="\n")


def pages_of(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*.html")) if file.name != "index.html"}


def status_of(folder):
    return {record["account_id"] or record["kind"]: record["status"]
            for record in read_manifest(folder)["pages"]}


# --- the whole run -----------------------------------------------------------------------

def test_run_ends_well_and_says_where_the_index_is(first):
    assert first.run.returncode == GOOD, first.run.stderr
    said = first.run.stderr.splitlines()  # how far it was, on a slow machine
    assert said[0] == "27 pages"
    assert all(re.fullmatch(r"\d+ of 27 pages, about \d+ (s|min) left", line) for line in said[1:])
    assert first.run.stdout.splitlines()[-1] == str(first.folder / "index.html")


def test_there_is_one_page_per_green_circle_account_and_none_failed(first, manifest, external):
    green = green_circle(first.folder)
    assert sorted(external) == sorted(green)
    assert len(green) == manifest["totals"]["green_circle"] > 10
    assert {record["status"] for record in manifest["pages"]} <= {"ready", "draft"}
    assert sorted(record["account_id"] for record in manifest["pages"]
                  if record["kind"] == "external") == sorted(green)
    assert {record["kind"] for record in manifest["pages"]} == {
        "internal", "external", "transactional_plan"}


def test_page_is_a_draft_where_words_or_the_answer_to_a_large_risk_are_missing(manifest):
    written = {file.stem for file in (SAMPLE / "commentary").glob("*.md")}
    accounts = table("accounts").set_index("account_id")
    for record in manifest["pages"]:
        if record["kind"] == "external":
            account = record["account_id"]
            # R-03, the largest risk, is of the country US and has neither owner nor date
            is_ready = account in written and accounts.loc[account, "country"] != "US"
            assert record["status"] == ("ready" if is_ready else "draft"), account
            assert bool(record["missing"]) is not is_ready


def test_nothing_lies_where_it_should_not(first):
    assert {file.name for file in first.folder.iterdir()} == {
        "index.html", "manifest.json", "accounts.csv", "internal", "external", "work"}
    for file in (first.folder / "external").iterdir():
        assert re.fullmatch(rf"[A-Za-z0-9-]+_[A-Za-z0-9-]+_{QUARTER}_[a-z]{{2}}\.html", file.name)
    assert {"internal_review.html", "transactional_plan.html", "calls.csv", "calls"} <= {
        file.name for file in (first.folder / "internal").iterdir()}
    assert list(first.folder.rglob(".*")) == []


def test_work_holds_the_executed_notebooks(first, manifest):
    for record in manifest["pages"]:
        executed = first.folder / "work" / "notebooks" / f"{Path(record['file']).stem}.ipynb"
        notebook = nbformat.read(executed, as_version=4)
        assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
        assert executed.with_suffix(".log").is_file()


# --- what no customer may read -----------------------------------------------------------

class Texts(HTMLParser):
    """Every text of a page: content and comments, attributes apart."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.texts, self.values, self.tags = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data):
        self.texts.append(data)

    handle_comment = handle_decl = handle_pi = handle_data


def searchable(page):
    """A page as its bytes say, as its texts say, and with all texts in one, folded."""
    raw = page.decode("utf-8")
    found = Texts(raw)
    joined = ["".join(found.texts), " ".join(found.texts), "\n".join(found.values)]
    return "\n".join(fold(one) for one in (raw, html.unescape(raw), unquote(raw), *joined))


def fold(text):
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u00ad", "")
    return re.sub(r"\s+", " ", plain)


def holds(text, term):
    """Whether a term stands in a folded text, not within a longer word or number."""
    plain = fold(term)
    return plain in text and re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", text) is not None


@pytest.fixture(scope="module")
def texts(external):
    return {account_id: searchable(page) for account_id, page in external.items()}


def group_of(account_id):
    """An account with its parent's and its children's ids."""
    rows = table("accounts")
    return set(rows.loc[(rows["account_id"] == account_id) | (rows["parent_id"] == account_id),
                        "account_id"])


def test_search_of_these_tests_finds_what_is_hidden():
    page = (b"<p title='K&#246;nig&shy;stein  AG'>N<b>or</b>th&nbsp;Sea</p><!-- A-7 -->"
            b"<a href='%41-8'>")
    for term in ("Königstein AG", "north sea", "A-7", "a-8"):
        assert holds(searchable(page), term), term
    assert not holds(searchable(page), "orth sea")


def test_no_page_names_another_account(texts):
    rows = table("accounts")
    for account_id, text in texts.items():
        others = rows[~rows["account_id"].isin(group_of(account_id))]
        own = rows[rows["account_id"].isin(group_of(account_id))]
        assert any(holds(text, name) for name in own["name"])
        found = [term for term in [*others["account_id"], *others["name"]] if holds(text, term)]
        assert found == [], account_id


def test_no_page_names_a_competitor_or_a_rater(texts):
    rivals = {*table("deals")["competitor"], *table("competitor_signals")["competitor"]}
    raters = set(table("black_ops_scores")["rater"])
    terms = {term for term in rivals | raters if term and term.casefold() not in {
        "unknown", "other", "none"}}
    assert len(terms) > 4
    for account_id, text in texts.items():
        assert [term for term in terms if holds(text, term)] == [], account_id


def test_no_page_tells_our_words_or_where_it_was_made(texts, first):
    terms = ["Green Circle", "green_circle", "transactional", "black ops", "account_view",
             "papermill", "Traceback", "expected loss", "gross margin", "Deckungsbeitrag",
             "segment", "potential", "Potenzial", "site-packages", ".ipynb"]
    places = [str(SAMPLE), str(ROOT), str(first.folder), str(first.folder.parent), str(Path.home())]
    for account_id, text in texts.items():
        found = [term for term in terms if holds(text, term)]
        found += [place for place in places if fold(place) in text]
        assert found == [], account_id


def test_no_page_holds_a_margin_or_potential(first, texts):
    """In whole units, with any separator; a figure that the customer's own view holds is none."""
    rows = table("accounts", first.folder).set_index("account_id")
    names = [name for name in rows if "margin" in name or "potential" in name]
    assert len(names) == 4
    searched = 0
    for account_id, text in texts.items():
        (view,) = (first.folder / "work" / "views").glob(f"{account_id}.json")
        shown = {round(float(number)) for number in re.findall(r"-?\d+\.?\d*", view.read_text())}
        numbers = re.sub(r"(?<=\d)[.,'\u2019 \u00a0\u202f](?=\d{3}\b)", "", text)
        for value in rows.loc[account_id, names]:
            whole = abs(round(float(value))) if value else 0
            if whole >= 10_000 and whole not in shown:
                searched += 1
                assert not re.search(rf"(?<!\d){whole}(?!\d)", numbers), (account_id, value)
    assert searched > 20


def test_pages_are_small_and_whole_by_themselves(external, first):
    for page in pages_of(first.folder).values():
        text = page.decode("utf-8")
        assert len(page) < BYTES_AT_MOST
        found = Texts(text)
        tags = {tag for tag, _ in found.tags}
        assert not tags & {"script", "iframe", "object", "embed", "link", "form", "base"}
        assert "<script" not in text.casefold()
        without_names = re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
        assert not re.search(r"https?:|//[a-z]+\.", without_names)
        policies = [attributes["content"] for tag, attributes in found.tags
                    if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1
        assert "default-src 'none'" in policies[0]
        assert "script-src" not in policies[0]
        assert not [name for _, attributes in found.tags for name in attributes
                    if name.startswith("on")]
        for _, attributes in found.tags:
            for name in ("src", "href", "xlink:href"):
                assert attributes.get(name, "#").startswith(("#", "data:image/"))


def test_title_and_language_are_the_customers(external):
    rows = table("accounts").set_index("account_id")
    languages = set()
    for account_id, page in external.items():
        text = page.decode("utf-8")
        wanted = rows.loc[account_id, "language"] or "en"
        code = wanted if (CATALOGS / f"{wanted}.po").is_file() else "en"
        languages.add(code)
        assert re.search(r'<html lang="([a-z]+)"', text)[1] == code
        title = html.unescape(re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1])
        assert rows.loc[account_id, "name"] in title
        assert {"de": "Juli bis September 2026", "en": "July to September 2026"}[code] in title
    assert languages == ({"de", "en"} if (CATALOGS / "de.po").is_file() else {"en"})


# --- the manifest and the index ----------------------------------------------------------

def test_manifest_holds_the_names_of_the_interface(manifest):
    assert list(manifest) == ["schema", "version", "quarter", "created", "workspace_hash",
                              "settings_hash", "totals", "pages", "problems"]
    assert manifest["schema"] == 1
    assert manifest["quarter"] == QUARTER
    assert set(manifest["totals"]) == {
        "lines", "revenue_all", "revenue_not_assigned", "revenue_quarter", "returns_quarter",
        "gross_margin_quarter_low", "gross_margin_quarter_high", "accounts", "green_circle"}
    for record in manifest["pages"]:
        assert set(record) >= {"kind", "account_id", "status", "seconds", "file", "sha256", "cause"}
    for problem in manifest["problems"]:
        assert set(problem) == {"table", "column", "what", "rows", "money"}
    assert str(SAMPLE) not in json.dumps(manifest)


@pytest.fixture(scope="module")
def lines():
    """Invoice lines with revenue and cost in company currency, by pandas alone."""
    rows = lines_of()
    rates = table("exchange_rates").astype({"rate": float}).set_index(["currency", "month"])["rate"]
    keys = zip(rows["currency"], rows["invoice_date"].str[:7], strict=True)
    rate = pd.Series([1.0 if key[0] == "EUR" else rates[key] for key in keys])
    return rows.assign(revenue=rows["revenue"].astype(float) * rate,
                       cost=pd.to_numeric(rows["cost"]) * rate,
                       is_inside=rows["invoice_date"].between(FIRST_DAY, LAST_DAY),
                       is_assigned=rows["account_id"] != "")


def test_totals_are_the_sums_of_the_export_files(manifest, lines):
    totals, accounts, inside = manifest["totals"], table("accounts"), lines[lines["is_inside"]]
    assert set(lines.loc[lines["is_assigned"], "account_id"]) <= set(accounts["account_id"])
    assert totals["lines"] == len(lines)
    assert totals["revenue_all"] == pytest.approx(lines["revenue"].sum(), abs=0.005)
    assert totals["revenue_quarter"] == pytest.approx(inside["revenue"].sum(), abs=0.005)
    assert totals["revenue_not_assigned"] == pytest.approx(
        lines.loc[~lines["is_assigned"], "revenue"].sum(), abs=0.005)
    assert totals["accounts"] == (accounts["parent_id"] == "").sum()
    known = inside[inside["cost"].notna()]
    least = (known["revenue"] - known["cost"]).sum()
    most = least + inside.loc[inside["cost"].isna(), "revenue"].sum()
    low, high = totals["gross_margin_quarter_low"], totals["gross_margin_quarter_high"]
    assert least <= low <= high <= most


def test_accounts_csv_adds_up_to_the_lines_of_accounts(first, lines):
    rows = table("accounts", first.folder)
    sold = lines.loc[lines["is_inside"] & lines["is_assigned"], "revenue"].sum()
    assert rows["revenue_quarter"].astype(float).sum() == pytest.approx(sold, abs=0.005 * len(rows))


def test_index_leads_to_every_page(first, manifest):
    found = Texts((first.folder / "index.html").read_text(encoding="utf-8"))
    links = [unquote(attributes["href"]) for tag, attributes in found.tags
             if tag == "a" and not attributes["href"].startswith("#")]
    assert {record["file"] for record in manifest["pages"]} <= set(links)
    for link in links:
        assert (first.folder / link).is_file(), link


# --- later runs --------------------------------------------------------------------------

def test_second_run_reuses_every_page(first, copied, executed_here):
    before = pages_of(first.folder)
    result = command(copied, "run")
    assert result.exit_code == GOOD, result.output
    assert executed_here == []
    assert set(status_of(copied.folder).values()) == {"reused"}
    assert pages_of(copied.folder) == before


def test_pages_made_here_are_those_of_the_real_run(first, copied, executed_here):
    """So that what the tests below see is true of real runs as well."""
    chosen = green_circle(first.folder)[-3:]
    accounts = [part for one in chosen for part in ("--account", one)]
    assert command(copied, "external", *accounts, "--force").exit_code == GOOD
    assert command(copied, "internal", "--force").exit_code == GOOD
    assert executed_here == [*chosen, "internal"]
    assert pages_of(copied.folder) == pages_of(first.folder)


def test_one_changed_line_makes_one_external_page_anew(first, copied, executed_here):
    def more(rows):
        (at, *_) = rows.index[(rows["account_id"] == "A-002")
                              & rows["invoice_date"].between(FIRST_DAY, LAST_DAY)
                              & (rows["kind"] == "invoice")]
        rows.loc[at, "revenue"] = f"{float(rows.loc[at, 'revenue']) + 111:.2f}"
        return rows

    rewrite(copied, "invoice_lines_2026", more)
    result = command(copied, "run")
    assert result.exit_code == GOOD, result.output
    assert sorted(executed_here) == ["A-002", "internal", "transactional_plan"]
    after, before = pages_of(copied.folder), pages_of(first.folder)
    changed = {name.split("/")[1].split("_")[0] for name in after if after[name] != before[name]}
    assert changed == {"A-002", "internal", "transactional"}
    assert list(after) == list(before)


def leave(copied, account_id):
    """An account that buys no more, and has promised nothing."""
    for file in sorted(copied.workspace.glob("invoice_lines_*.csv")):
        rewrite(copied, file.stem, lambda rows: rows[rows["account_id"] != account_id])


def test_account_that_leaves_the_circle_loses_its_page_even_after_another_verb(
        copied, executed_here):
    leave(copied, "A-017")
    assert list((copied.folder / "external").glob("A-017_*"))
    assert command(copied, "external", "--account", "A-002").exit_code == GOOD
    records = {record["account_id"]: record for record in read_manifest(copied.folder)["pages"]}
    assert records["A-017"]["cause"] == quarter.EARLIER
    assert records["A-002"]["cause"] is None
    assert command(copied, "run").exit_code == GOOD
    assert "A-017" not in green_circle(copied.folder)
    assert "A-017" not in status_of(copied.folder)
    assert list((copied.folder / "external").glob("A-017_*")) == []
    assert {record["cause"] for record in read_manifest(copied.folder)["pages"]} == {None}


def test_page_of_a_renamed_account_does_not_lie_there_twice(copied, executed_here):
    def rename(rows):
        rows.loc[rows["account_id"] == "A-002", "name"] = "Harrowgate Sawing"
        return rows

    rewrite(copied, "accounts", rename)
    assert command(copied, "external", "--account", "A-002").exit_code == GOOD
    assert [file.name for file in (copied.folder / "external").glob("A-002_*")] == [
        f"A-002_Harrowgate-Sawing_{QUARTER}_en.html"]


def test_planted_name_of_another_account_is_refused_and_the_others_are_made(
        copied, executed_here, monkeypatch):
    planted = "as we did for Zwieselbach Maschinenbau GmbH"
    real = quarter.disclose

    def disclose(*arguments):
        views = real(*arguments)
        views["A-002"]["tables"]["upcoming"].append({
            "side": "ours", "text": f"Deliver on time, {planted}", "owner": "", "due": None,
            "outcome": "open", "review_quarter": "2026Q4", "overdue_days": None,
            "is_later": False})
        return views

    monkeypatch.setattr(quarter, "disclose", disclose)
    result = command(copied, "run")
    assert result.exit_code == SOME_FAILED
    assert "refused: external A-002" in result.stderr
    assert "Zwieselbach Maschinenbau" in result.stderr
    assert executed_here == ["A-002"]
    status = status_of(copied.folder)
    assert status.pop("A-002") == "refused"
    assert set(status.values()) == {"reused"}
    assert list((copied.folder / "external").glob("A-002_*")) == []
    monkeypatch.undo()
    monkeypatch.setattr(pages, "execute", execute_here)
    assert command(copied, "run", "--only-failed").exit_code == GOOD
    assert status_of(copied.folder)["A-002"] == "draft", "a large risk has no owner"


def test_name_of_a_member_of_another_group_is_refused_too(copied, executed_here):
    rows = table("accounts")
    member = rows[(rows["parent_id"] != "")].iloc[0]
    note = copied.workspace / "commentary" / "A-002.md"
    note.write_text(f"As good as {member['name']}.\n", encoding="utf-8")
    result = command(copied, "external", "--account", "A-002")
    assert result.exit_code == SOME_FAILED
    assert member["name"] in result.stderr


def test_own_members_of_a_group_may_be_named(copied, executed_here):
    rows = table("accounts")
    member = rows[(rows["parent_id"] != "")].iloc[0]
    note = copied.workspace / "commentary" / f"{member['parent_id']}.md"
    note.write_text(f"We thank {member['name']}.\n", encoding="utf-8")
    result = command(copied, "external", "--account", member["parent_id"])
    assert result.exit_code == GOOD, result.stderr


def test_one_account_asked_for_twice_is_made_once(copied, executed_here):
    result = command(copied, "external", "--account", "A-002", "--account", "A-002", "--force")
    assert result.exit_code == GOOD
    assert executed_here == ["A-002"]


def test_black_ops_has_a_page_of_its_own(copied, executed_here):
    assert command(copied, "black-ops").exit_code == GOOD
    assert (copied.folder / "internal" / "black_ops.html").is_file()
    status = status_of(copied.folder)
    assert status["black_ops"] == "ready"
    assert len(status) > 20, "pages made before stay in the manifest"


def test_calls_are_those_of_transactional_accounts(first):
    with open(first.folder / "internal" / "calls.csv", encoding="utf-8", newline="") as file:
        called = {row["account_id"] for row in csv.DictReader(file)}
    assert called
    assert not called & set(green_circle(first.folder))
    assert os.path.getsize(first.folder / "internal" / "calls.csv") < BYTES_AT_MOST
    calendars = list((first.folder / "internal" / "calls").iterdir())
    owners = {row["owner"] for row in table("accounts").to_dict("records")
              if row["account_id"] in called}
    assert len(calendars) == len(owners)
    assert {file.suffix for file in calendars} == {".ics"}
