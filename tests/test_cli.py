"""The command: help with examples, answers on the screen, exit codes, and no traceback."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from click.testing import CliRunner
from companies import company, evenly

from qbrkit import __version__
from qbrkit.run import cli, quarter
from qbrkit.run.cli import default_workspace, qbr
from qbrkit.run.pages import FAILED, READY, REFUSED, REUSED, PageJob, PageResult
from qbrkit.run.progress import Progress

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
ACCOUNTS_COLUMNS = (
    "account_id, name, segment, reasons, firmness, revenue_ltm, gross_margin_ltm_low, "
    "gross_margin_ltm_high, revenue_quarter, revenue_quarter_year_ago, revenue_change, "
    "growth_rank, potential, realizable_potential, contacts_n, contact_status, overdue_days, "
    "previous_segment").split(", ")
VERBS = {"check", "accounts", "explain", "internal", "black-ops", "external", "plan", "run",
         "score-sheets"}
GOOD, SOME_FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


def run(*arguments, **options):
    """The command in a process of its own."""
    return subprocess.run([sys.executable, "-m", "qbrkit", *arguments], timeout=300, text=True,
                          capture_output=True, encoding="utf-8", **{"cwd": ROOT, **options})


def here(*arguments):
    """The command in this process."""
    return CliRunner().invoke(qbr, list(arguments))


def python(code):
    """A few lines of Python in a process of their own; what they print."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A company that is reviewed in no time: A-001 to A-003 are Green Circle, A-022 is not."""
    names = {"A-022": "Small", "A-003": "Zwieselbach Maschinenbau GmbH", "A-002": "Second",
             "A-001": "Grünwaldt Papierwerke AG"}
    sold = {"A-022": 10, "A-003": 200, "A-002": 300, "A-001": 500}
    return str(company(
        tmp_path_factory.mktemp("small"),
        accounts=[{"account_id": one, "name": name} for one, name in names.items()],
        invoice_lines=[line for one, amount in sold.items() for line in evenly(one, amount)]))


@pytest.fixture
def batch(monkeypatch, tmp_path):
    """The command with pages that are not made: all ready but for what is said by account."""
    became = {}

    def run_pages(jobs, folder, previous, workers, force, told, *others):
        results = [PageResult(job, became.get(job.account_id, READY), cause=(
            "cell 3: ValueError: no" if job.account_id in became else "")) for job in jobs]
        for result in results:
            told(result)
        return results

    monkeypatch.setattr(quarter, "run_pages", run_pages)
    return SimpleNamespace(became=became, out=tmp_path / "out")


# --- help and start ----------------------------------------------------------------------

def test_every_verb_of_the_interface_is_there():
    assert set(qbr.commands) >= VERBS


@pytest.mark.parametrize("verb", sorted(qbr.commands))
def test_help_of_a_verb_has_an_example_and_the_options_of_all(verb):
    told = here(verb, "--help")
    assert told.exit_code == GOOD
    assert re.search(rf"(?m)^  Example:\n +qbr {verb}\b", told.output), told.output
    assert here(verb, "-h").output == told.output
    if verb in VERBS:
        for option in ("--workspace", "--quarter", "--out", "--debug"):
            assert option in told.output


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_example_of_a_verb_can_be_typed_as_it_stands(verb):
    (line,) = re.findall(rf"(?m)^ +qbr ({verb} .*)$", here(verb, "--help").output)
    command = qbr.commands[verb]
    command.make_parser(click_context(command)).parse_args(line.split()[1:])


def click_context(command):
    import click

    return click.Context(command)


@pytest.mark.parametrize("verb", ["external", "run"])
def test_pdf_without_a_browser_is_told_before_a_page_is_made(verb, small, batch, monkeypatch,
                                                             tmp_path):
    monkeypatch.setenv("QBRKIT_BROWSER", str(tmp_path / "none"))
    told = here(verb, "--workspace", small, "--out", str(batch.out), "--pdf")
    assert told.exit_code == WRONG_INPUT
    assert told.stderr.startswith("Error: QBRKIT_BROWSER names")
    assert not list(batch.out.glob("*/*.html"))


def test_version_and_help_of_the_whole():
    assert here("--version").output == f"qbr, version {__version__}\n"
    told = run("--help")
    assert told.returncode == GOOD
    assert told.stderr == ""
    assert "Example" in told.stdout


def test_help_imports_nothing_heavy():
    loaded = python("""
import sys
from qbrkit.run.cli import main
for arguments in (["--help"], ["run", "--help"]):
    sys.argv = ["qbr", *arguments]
    try:
        main()
    except SystemExit as done:
        assert not done.code
heavy = "pandas numpy papermill nbconvert nbformat nbclient matplotlib duckdb narwhals babel tqdm"
print("heavy:", sorted(set(heavy.split()) & set(sys.modules)))
""")
    assert loaded.splitlines()[-1] == "heavy: []"


def test_slow_parsers_of_jsonschema_are_not_built():
    """With jupyterlab, rfc3987_syntax takes longer to import than all the rest together."""
    told = python("""
import sys
from qbrkit.run.cli import main
sys.argv = ["qbr", "--version"]
try:
    main()
except SystemExit:
    pass
import nbformat
import papermill
notebook = nbformat.v4.new_notebook()
nbformat.validate(notebook)
print("parsers:", sys.modules["rfc3987_syntax"], "lark" in sys.modules)
""")
    assert told.splitlines()[-1] == "parsers: None False"


def test_default_workspace_is_the_sample_only_inside_the_clone(tmp_path, monkeypatch):
    monkeypatch.chdir(SAMPLE.parents[1] / "tests")
    assert default_workspace() == SAMPLE
    monkeypatch.chdir(tmp_path)
    assert default_workspace() == tmp_path
    (tmp_path / "qbr.toml").write_text("")
    assert default_workspace() == tmp_path


# --- check and accounts ------------------------------------------------------------------

def test_check_tells_every_table_and_writes_nothing(tmp_path):
    workspace = tmp_path / "workspace"
    shutil.copytree(SAMPLE, workspace, ignore=shutil.ignore_patterns("out"))
    before = {file: file.stat().st_mtime_ns for file in workspace.rglob("*")}
    told = here("check", "--workspace", str(workspace))
    assert told.exit_code == GOOD, told.output
    for file in workspace.glob("*.csv"):
        name = re.sub(r"_20\d\d$", "", file.stem)
        assert re.search(rf"(?m)^{name} +[\d,]+ +[\d,]+ +[\d,]+ +[\d,]+$", told.output), name
    assert {file: file.stat().st_mtime_ns for file in workspace.rglob("*")} == before


def test_check_as_json_can_be_read_by_a_script():
    told = run("check", "--json", "--workspace", str(SAMPLE))
    assert told.returncode == GOOD
    assert told.stderr == ""
    result = json.loads(told.stdout)
    assert result["usable"] is True
    lines = result["tables"]["invoice_lines"]
    assert lines["rows"] == lines["accepted"] + lines["refused"] > 1000


def test_check_of_exports_that_cannot_be_used_exits_so(tmp_path):
    (tmp_path / "qbr.toml").write_text('[company]\nname = "Acme"\ncurrency = "EUR"\n')
    (tmp_path / "invoice_lines.csv").write_text("account_id,invoice_date\nA-1,2026-01-01\n")
    told = here("check", "--json", "--workspace", str(tmp_path))
    assert told.exit_code == WRONG_INPUT
    if told.stdout:
        assert json.loads(told.stdout)["usable"] is False
    else:
        assert "revenue" in told.stderr


def test_accounts_are_written_with_the_columns_of_the_interface(small, tmp_path):
    file = tmp_path / "new" / "accounts.csv"
    told = here("accounts", "--workspace", small, "--csv", str(file))
    assert told.exit_code == GOOD, told.output
    assert str(file) in told.output
    with open(file, encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert list(rows[0]) == ACCOUNTS_COLUMNS
    assert f"{len(rows)} accounts" in told.output
    assert {row["segment"] for row in rows} == {"green_circle", "transactional"}
    assert [file.name for file in file.parent.iterdir()] == ["accounts.csv"]


def test_accounts_are_shown_largest_first(small):
    told = here("accounts", "--workspace", small)
    assert told.exit_code == GOOD
    lines = told.output.splitlines()
    assert "A-001" in lines[1]
    assert "Grünwaldt Papierwerke AG" in lines[1]
    assert told.output.index("transactional") > told.output.index("green_circle")


def test_name_that_the_screen_cannot_show_stops_nothing(small):
    told = subprocess.run([sys.executable, "-m", "qbrkit", "accounts", "--workspace", small],
                          cwd=ROOT, capture_output=True, timeout=120,
                          env=os.environ | {"PYTHONIOENCODING": "latin-1"})
    assert told.returncode == GOOD, told.stderr
    assert "Grünwaldt" in told.stdout.decode("latin-1")


def test_reader_that_had_enough_is_no_error():
    command = f'"{sys.executable}" -m qbrkit check --workspace "{SAMPLE}" | head -n 1'
    told = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True,
                          timeout=120)
    assert told.stdout.startswith("table")
    assert told.stderr == ""


# --- pages -------------------------------------------------------------------------------

@pytest.mark.parametrize(("verb", "kind"), [
    ("internal", "internal"), ("black-ops", "black_ops"), ("plan", "transactional_plan")])
def test_verb_makes_its_one_page(batch, small, verb, kind):
    told = here(verb, "--workspace", small, "--out", str(batch.out))
    assert told.exit_code == GOOD, told.output
    assert told.stdout == f"The page is made and ready.\n{batch.out / '2026Q4' / 'index.html'}\n"
    assert told.stderr == ""
    manifest = json.loads((batch.out / "2026Q4" / "manifest.json").read_text(encoding="utf-8"))
    assert [record["kind"] for record in manifest["pages"]] == [kind]


def test_external_makes_the_accounts_asked_for(batch, small):
    told = here("external", "--workspace", small, "--out", str(batch.out), "--account",
                "A-003", "--account", "Second", "--account", "A-002")  # Second is A-002
    assert told.exit_code == GOOD, told.output
    manifest = json.loads((batch.out / "2026Q4" / "manifest.json").read_text(encoding="utf-8"))
    assert [record["account_id"] for record in manifest["pages"]] == ["A-002", "A-003"]


@pytest.mark.parametrize("status", [FAILED, REFUSED])
def test_page_that_could_not_be_released_is_told_and_exits_so(batch, small, status):
    batch.became["A-003"] = status
    told = here("run", "--workspace", small, "--out", str(batch.out))
    assert told.exit_code == SOME_FAILED
    assert told.stderr == (f"5 pages\n{status}: external A-003 Zwieselbach Maschinenbau GmbH: "
                           "cell 3: ValueError: no\n")
    assert "1 of 5 pages could not be released" in told.stdout
    assert "index.html" in told.stdout


def test_only_what_failed_is_tried_again(batch, small):
    options = ["--workspace", small, "--out", str(batch.out)]
    batch.became["A-003"] = FAILED
    some = ["--account", "A-003", "--account", "A-002"]
    assert here("external", *options, *some).exit_code == SOME_FAILED
    batch.became.clear()
    told = here("run", *options, "--only-failed")
    assert told.exit_code == GOOD
    assert "The page is made and ready." in told.stdout
    manifest = json.loads((batch.out / "2026Q4" / "manifest.json").read_text(encoding="utf-8"))
    assert {record["account_id"]: record["status"] for record in manifest["pages"]} == {
        "A-003": READY}
    told = here("run", *options, "--only-failed")
    assert told.exit_code == GOOD
    assert "Nothing was to be made." in told.stdout


# --- wrong input -------------------------------------------------------------------------

@pytest.mark.parametrize(("arguments", "message"), [
    (["external", "--account", "A-999"], "--account: there is no 'A-999'; ids are exact"),
    (["external", "--account", "003"], "nearest: A-003 (Zwieselbach Maschinenbau GmbH)"),
    (["external", "--account", "A-002", "--account", "A-022"], "A-022 is transactional in 2026Q4"),
    (["run", "--quarter", "2026Q5"], "2026Q5"),
    (["run", "--quarter", "last"], "'last' is not a fiscal quarter"),
    (["check", "--quarter", "last"], "'last' is not a fiscal quarter"),
    (["accounts", "--quarter", "2031Q1"], "2031Q1"),
    (["accounts", "--quarter", "2020Q1"], "2020Q1"),
    (["run", "--workspace", "nowhere"], "no qbr.toml in nowhere"),
    (["check", "--workspace", "nowhere"], "no qbr.toml in nowhere"),
])
def test_wrong_input_is_told_in_a_sentence(small, tmp_path, arguments, message):
    if "--workspace" not in arguments:
        arguments = [*arguments, "--workspace", small]
    told = here(*arguments, "--out", str(tmp_path / "out"))
    assert told.exit_code == WRONG_INPUT
    assert message in told.stderr
    assert told.stderr.startswith("Error: ")
    assert "Traceback" not in told.output
    assert told.stdout == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", [
    "[company", 'name = "Acme"\nname = "Acme"', "[company]\nname = 7",
    '[compny]\nname = "Acme"', "\x00"])
def test_description_that_cannot_be_read_is_told_in_a_sentence(tmp_path, text):
    (tmp_path / "qbr.toml").write_text(text)
    told = here("run", "--workspace", str(tmp_path))
    assert told.exit_code == WRONG_INPUT
    assert told.stderr.startswith("Error: ")
    assert "Traceback" not in told.output
    assert "qbr.toml" in told.stderr


def test_place_that_cannot_be_written_to_is_told_in_a_sentence(small, tmp_path):
    (tmp_path / "file").write_text("")
    told = here("accounts", "--workspace", small, "--csv", str(tmp_path / "file" / "a.csv"))
    assert told.exit_code == WRONG_INPUT
    assert told.stderr.startswith("Error: ")
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize("arguments", [
    ["nonsense"], ["run", "--nonsense"], ["run", "--workers", "0"], ["external", "--account"], []])
def test_wrong_words_exit_so_without_traceback(arguments):
    told = run(*arguments)
    assert told.returncode == WRONG_INPUT
    assert re.search("(?m)^(Usage|Error): ", told.stderr)
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


def test_debug_shows_the_traceback_of_an_error():
    quiet = run("accounts", "--workspace", "nowhere")
    assert quiet.returncode == WRONG_INPUT
    assert quiet.stderr == "Error: no qbr.toml in nowhere; give the workspace with --workspace\n"
    told = run("accounts", "--workspace", "nowhere", "--debug")
    assert told.returncode == WRONG_INPUT
    assert told.stderr.startswith("Traceback")
    assert told.stderr.endswith(quiet.stderr)


# --- progress and interruption -----------------------------------------------------------

JOB = PageJob("external", Path("n.ipynb"), {}, Path("e.ipynb"), Path("p.html"), account_id="A-1")


def watch(count, clock=lambda: 0.0):
    with Progress(clock) as progress:
        progress.begun(count)
        for _ in range(count):
            progress.told(PageResult(JOB, READY))
        progress.told(PageResult(JOB, FAILED, cause="cell 3: no"))


def test_a_log_gets_how_many_pages_there_are_and_each_that_failed(capfd):
    watch(3)
    assert capfd.readouterr() == ("", "3 pages\nfailed: external A-1: cell 3: no\n")
    with Progress() as progress:
        progress.begun(0)
    assert capfd.readouterr() == ("", "")


def test_a_log_of_a_long_run_gets_few_lines(capfd):
    seconds = iter(range(0, 10_000, 5))  # each page takes 5 seconds
    watch(100, lambda: next(seconds))
    told = capfd.readouterr().err.splitlines()
    assert told[:3] == ["100 pages", "5 of 100 pages, about 8 min left",
                        "10 of 100 pages, about 8 min left"]
    assert told[-2:] == ["95 of 100 pages, about 25 s left", "failed: external A-1: cell 3: no"]
    assert len(told) == 1 + 19 + 1
    watch(2, lambda: next(seconds))
    assert capfd.readouterr().err.splitlines() == ["2 pages", told[-1]]


def test_bar_on_a_terminal_tells_the_page_and_the_failures(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    watch(3)
    told = capsys.readouterr()
    assert told.out == ""
    assert "3/3" in told.err
    assert "external A-1, failed 1" in told.err
    assert "failed: external A-1: cell 3: no\n" in told.err


def test_bar_in_a_notebook_tells_the_pages_that_are_being_made(capsys, monkeypatch):
    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=True))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    other = replace(JOB, account_id="A-2")
    with Progress() as progress:
        progress.begun(4)
        progress.working(JOB)
        progress.working(other)
        assert "external A-1, external A-2" in capsys.readouterr().err
        progress.told(PageResult(JOB, REUSED))
        assert "external A-1" not in progress.bar.postfix
        assert "external A-2" in progress.bar.postfix
        assert progress.bar.initial == 1, "a page that was reused says nothing of the speed"


def test_bar_ends_when_the_run_is_interrupted_before_it_began():
    with pytest.raises(KeyboardInterrupt), Progress():
        raise KeyboardInterrupt


@pytest.mark.slow
def test_interrupted_run_leaves_whole_files_only(tmp_path):
    workspace = company(tmp_path / "workspace", invoice_lines=[
        line for at in range(12) for line in evenly(f"A{at}", 100)])
    process = subprocess.Popen(
        [sys.executable, "-m", "qbrkit", "external", "--workspace", str(workspace),
         "--out", str(tmp_path), "--workers", "2"], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    folder, until = tmp_path / "2026Q4", time.monotonic() + 120
    try:
        while not list(folder.glob("external/*.html")) and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == INTERRUPTED, err
    assert err == ("12 pages\n\nInterrupted; finished pages are whole, the rest was not begun.\n")
    assert out == ""
    pages = list(folder.rglob("*.html"))
    assert 0 < len(pages) - 1 < 12  # and the index
    for page in pages:
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [file for file in folder.rglob("*") if file.name.startswith(".")] == []
    records = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["pages"]
    released = {record["file"]: record["sha256"] for record in records}
    assert released == {file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()
                        for file in folder.glob("external/*.html")}


def test_exports_too_large_for_memory_are_told_in_a_sentence():
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '20MB'; set temp_directory = ''; set threads = 1")
        with pytest.raises(duckdb.Error) as found:
            connection.execute("create table large as select md5(range::varchar) as t "
                               "from range(3000000)").fetchall()
    told = cli._of_the_database(found.value)
    assert "set or raise memory_limit_gb under [embedded] in qbr.toml" in told
    assert cli._of_the_database(ValueError("something else")) == ""


def test_query_that_was_interrupted_is_an_interruption():
    with pytest.raises(KeyboardInterrupt):
        cli._of_the_database(RuntimeError("Query interrupted"))
