"""One page from one notebook: released, a draft, failed or refused, and never an older one."""

import json
import pickle
import re
from pathlib import Path

import pytest

from qbrkit.run import pages
from qbrkit.run.leaks import FIGURE, INTERNAL_TEXT
from qbrkit.run.pages import (
    DRAFT,
    FAILED,
    READY,
    REFUSED,
    PageJob,
    PageResult,
    make_page,
    page_record,
)

pytestmark = pytest.mark.slow
NOTEBOOKS = Path(__file__).parent / "notebooks"


def job_of(notebook, folder, **fields):
    """The job of one of the tiny notebooks; an older page of the account lies there already."""
    page = folder / "external" / "A-1_Brightwater_2026Q3_en.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("an older page")
    given = {"account_view": str(folder / "view.json")}
    return PageJob("external", NOTEBOOKS / f"{notebook}.ipynb",
                   given if notebook != "no_parameters" else {},
                   executed=folder / "work" / "notebooks" / "A-1.ipynb", page=page,
                   account_id="A-1", name="Brightwater", key="k", **fields)


def terms(folder, **kinds):
    file = folder / "forbidden.json"
    file.write_text(json.dumps({"another account's name": ["Zwieselbach Maschinenbau"], **kinds}),
                    encoding="utf-8")
    return file


def cells_of(job):
    return json.loads(job.executed.read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize("kind", ["external", "internal"])
def test_good_notebook_becomes_a_page(tmp_path, capfd, kind):
    job = job_of(f"ready_{kind}", tmp_path, forbidden_file=terms(tmp_path))
    result = make_page(job)
    page = job.page.read_text(encoding="utf-8")
    assert (result.status, result.cause, result.missing) == (READY, "", ())
    assert result.seconds > 0
    assert re.fullmatch("[0-9a-f]{64}", result.sha256)
    assert "Your purchases grew." in page
    assert ("INTERNAL: not for customers" in page) == (kind == "internal")
    assert "account_view" not in page
    assert str(tmp_path) not in page
    assert [file.name for file in job.page.parent.iterdir()] == [job.page.name]
    assert {file.name for file in job.executed.parent.iterdir()} == {"A-1.ipynb", "A-1.log"}
    assert capfd.readouterr() == ("", "")


def test_notebook_without_parameters_becomes_a_page(tmp_path):
    assert make_page(job_of("no_parameters", tmp_path)).status == READY


def test_draft_tells_what_is_missing(tmp_path):
    job = job_of("draft", tmp_path)
    result = make_page(job)
    assert result.status == DRAFT
    assert result.missing == ("The account manager's own words are missing.",)
    record = page_record(result, tmp_path)
    assert record["missing"] == list(result.missing)
    assert record["file"] == "external/A-1_Brightwater_2026Q3_en.html"


def test_failed_cell_is_named_as_it_stands_in_the_executed_notebook(tmp_path, capfd):
    job = job_of("failing_cell", tmp_path)
    result = make_page(job)
    assert result.status == FAILED
    assert result.cause == "cell 7: ValueError: no amount for A-1 (In [5])"
    own = [cell for cell in cells_of(job)
           if "papermill-error-cell-tag" not in cell["metadata"].get("tags", [])]
    assert "".join(own[7 - 1]["source"]).startswith("raise ValueError")
    assert own[7 - 1]["execution_count"] == 5
    assert not job.page.exists()
    assert page_record(result, tmp_path)["file"] is None
    assert page_record(result, tmp_path)["sha256"] is None
    assert capfd.readouterr().err == ""


def test_notebook_that_leaves_early_is_no_page(tmp_path):
    job = job_of("leaving_early", tmp_path)
    result = make_page(job)
    assert result.status == FAILED
    assert re.match(r"cell 7: .*SystemExit", result.cause)
    assert not job.page.exists()


def test_killed_kernel_is_tried_once_more(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("QBRKIT_DEATHS", "1")
    job = job_of("dying_kernel", tmp_path)
    assert make_page(job).status == READY
    assert (tmp_path / "view.json").read_bytes() == b"xx"
    assert "Your purchases grew." in job.page.read_text(encoding="utf-8")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("notebook", ["dying_kernel", "killed_kernel"])
@pytest.mark.parametrize("has_fork", [True, False])
def test_kernel_that_dies_twice_is_a_failed_page(tmp_path, monkeypatch, notebook, has_fork):
    monkeypatch.setattr(pages, "can_fork", lambda: has_fork)
    job = job_of(notebook, tmp_path)
    result = make_page(job)
    assert result.status == FAILED
    cell = {"dying_kernel": 5, "killed_kernel": 7}[notebook]
    assert re.match(rf"cell {cell}: its process .*, twice$" if has_fork else
                    rf"cell {cell}: the kernel died twice", result.cause)
    assert "\n" not in result.cause
    assert not job.page.exists()
    if notebook == "dying_kernel":
        assert (tmp_path / "view.json").read_bytes() == b"xx"


def test_hanging_cell_has_a_limit(tmp_path):
    job = job_of("hanging_cell", tmp_path, cell_seconds=1)
    result = make_page(job)
    assert result.status == FAILED
    assert result.cause == "cell 7: it ran longer than 1 seconds"
    assert result.seconds < 30
    assert not job.page.exists()


def test_notebook_without_page_record_is_no_page(tmp_path):
    job = job_of("no_page_record", tmp_path)
    result = make_page(job)
    assert result.status == FAILED
    assert "page record" in result.cause
    assert not job.page.exists()


def test_leak_is_refused_and_told_in_a_sentence(tmp_path):
    job = job_of("leaking", tmp_path, forbidden_file=terms(tmp_path))
    result = make_page(job)
    assert result.status == REFUSED
    assert result.cause.startswith(f"{job.page.name}: not released, 1 find its reader must not see")
    assert "another account's name 'Zwieselbach Maschinenbau'" in result.cause
    assert "\n" not in result.cause
    assert not job.page.exists()
    assert page_record(result, tmp_path)["file"] is None


def test_leak_of_this_account_alone_is_refused(tmp_path):
    job = job_of("ready_external", tmp_path, forbidden_file=terms(tmp_path),
                 forbidden={"an internal figure": ("purchases grew",)})
    assert make_page(job).status == REFUSED
    assert not job.page.exists()


def test_internal_page_may_name_everyone(tmp_path):
    assert make_page(job_of("leaking", tmp_path)).status == READY


def test_terms_of_a_later_run_count_though_their_file_has_the_same_name(tmp_path):
    job = job_of("ready_external", tmp_path, forbidden_file=terms(tmp_path))
    pages.search_page(job, b"<p>Mr. Oberhauser of Brightwater</p>")
    terms(tmp_path, rater=["Mr. Oberhauser"])
    with pytest.raises(pages.LeakError, match="Oberhauser"):
        pages.search_page(job, b"<p>Mr. Oberhauser of Brightwater</p>")


def test_name_within_an_internal_text_that_the_reader_is_told_is_found_with_the_figures(tmp_path):
    text = "They may leave us for Vantoric at the contract end"
    job = job_of("ready_external", tmp_path, allowed=("15,310",),
                 forbidden={FIGURE: ("15,310", "29,753")}, forbidden_file=terms(
                     tmp_path, **{"a competitor": ["Vantoric"], INTERNAL_TEXT: [text]}))
    Path(job.parameters["account_view"]).write_text(
        json.dumps({"account": {}, "commentary": "", "figures": {}, "tables": {
            "risks": [{"customer_risk": text}]}}), encoding="utf-8")
    with pytest.raises(pages.LeakError) as caught:
        pages.search_page(job, f"<p>{text}; 15,310 and 29,753</p>".encode())
    assert "2 finds" in str(caught.value)  # not the text, not the figure that is allowed
    assert "a competitor 'Vantoric' in" in str(caught.value)
    assert "an internal figure '29,753' in" in str(caught.value)


@pytest.mark.parametrize("has_fork", [True, False])
def test_noise_of_a_notebook_is_kept_and_not_on_the_screen(tmp_path, monkeypatch, capfd, has_fork):
    monkeypatch.setattr(pages, "can_fork", lambda: has_fork)
    job = job_of("noisy_kernel", tmp_path)
    log = job.executed.with_suffix(".log")
    log.parent.mkdir(parents=True)
    log.write_text("noise of the run before\n")
    assert make_page(job).status == READY
    assert capfd.readouterr() == ("", "")
    written = log.read_text(encoding="utf-8")
    kept = job.executed.read_text(encoding="utf-8") if has_fork else written
    assert "noise of a library" in kept
    assert "the run before" not in written
    page = job.page.read_text(encoding="utf-8")
    assert "noise" not in page


def test_unknown_parameter_is_told_before_a_kernel_starts(tmp_path):
    job = job_of("ready_external", tmp_path)
    object.__setattr__(job, "parameters", {"quarter": "2026Q3"})
    result = make_page(job)
    assert result.status == FAILED
    assert "quarter is no parameter of ready_external.ipynb" in result.cause
    assert not job.executed.exists()
    assert not job.page.exists()


def test_folder_with_braces_is_no_parameter(tmp_path):
    folder = tmp_path / "{quarter} {0}"
    folder.mkdir()
    assert make_page(job_of("ready_external", folder)).status == READY


def test_job_and_result_can_be_sent_to_another_process(tmp_path):
    job = job_of("ready_external", tmp_path, forbidden={"what": ("term",)}, allowed=("A-1",))
    result = PageResult(job, FAILED, cause="cell 3: no")
    assert pickle.loads(pickle.dumps(result)) == result
