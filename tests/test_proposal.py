"""`qbr init` as a whole: the verb, the sample company, the real export, the text of the file."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qbrkit.proposal import propose
from qbrkit.proposal.wording import plain, value_for, words_of
from qbrkit.reviews import review_quarter
from qbrkit.run.cli import qbr
from qbrkit.sources import inspect_workspace, open_workspace
from tests.proposed import lines_of, proposed, put, stops

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
INVOICES = "invoice_no,invoice_date,customer_no,net amount\n1,2026-01-31,A,10\n2,2026-02-28,B,20\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(qbr, [str(word) for word in words])


def test_init_writes_the_file_tells_the_check_and_what_to_do_next(tmp_path):
    put(tmp_path, {"invoices.csv": INVOICES})
    told = run("init", tmp_path)
    assert told.exit_code == 0
    assert "invoice_lines" in told.output
    assert re.search(r"revenue accepted\s+30\.00 EUR", told.output)  # 10 + 20
    assert f'qbr check --workspace "{tmp_path}"' in told.output
    assert "no column tells the currency" in told.output
    assert sorted(file.name for file in tmp_path.iterdir()) == ["invoices.csv", "qbr.toml"]
    assert lines_of(inspect_workspace(tmp_path), "revenue") == [(10.0,), (20.0,)]


def test_init_twice_leaves_the_first_file_as_it_is(tmp_path):
    put(tmp_path, {"invoices.csv": INVOICES})
    run("init", tmp_path)
    before = (tmp_path / "qbr.toml").read_bytes()
    told = run("init", tmp_path)
    assert told.exit_code == 2
    assert "stays as it is" in told.output
    assert (tmp_path / "qbr.toml").read_bytes() == before


@pytest.mark.parametrize("files", [{}, {"empty.csv": b""}, {"letter.docx": b"PK"}])
def test_init_without_a_readable_file_says_so(tmp_path, files):
    put(tmp_path, files)
    told = run("init", tmp_path)
    assert told.exit_code == 2
    assert "can be read as an export" in told.output
    assert not (tmp_path / "qbr.toml").exists()


def test_init_of_a_folder_that_is_none_says_so(tmp_path):
    told = run("init", tmp_path / "nowhere")
    assert told.exit_code == 2
    assert "is no folder" in told.output


def test_init_that_leaves_questions_open_still_ends_well(tmp_path):
    put(tmp_path, {"stock.csv": "place,pieces\nA,1\nB,2\n"})
    told = run("init", tmp_path)
    assert told.exit_code == 0
    assert "no source has a column that could be revenue" in told.output
    assert "answer what is marked" in told.output


def test_every_question_of_the_screen_is_marked_in_the_file(tmp_path):
    put(tmp_path, {"sales.csv": "no,date,customer,amount\n"
                                "1,01/02/2026,A,1.234\n2,03/04/2026,B,2.500\n"})
    proposal = propose(tmp_path)
    assert len(proposal.questions) == len(re.findall(r"# \? ", proposal.text))


def test_the_proposal_is_the_same_every_time(tmp_path):
    put(tmp_path, {"invoices.csv": INVOICES,
                   "customers.csv": "customer_no,name\nA,Alpha\nB,Beta\n"})
    assert propose(tmp_path) == propose(tmp_path)


def test_columns_left_over_are_listed(tmp_path):
    put(tmp_path, {"invoices.csv": INVOICES.replace("net amount", "net amount,colour").replace(
        ",10\n", ",10,red\n").replace(",20\n", ",20,blue\n")})
    text = propose(tmp_path).text
    assert "# invoices: colour" in text[text.index("# Columns left over"):]


def test_company_is_named_after_the_folder_and_marked(tmp_path):
    folder = tmp_path / "müller_werke"
    folder.mkdir()
    put(folder, {"invoices.csv": INVOICES})
    proposal, workspace = proposed(folder)
    assert workspace.settings.company.name == "Müller Werke"
    assert 'name = "Müller Werke"   # ?' in proposal.text


def test_sample_company_is_found_without_its_description(tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "sample", ignore=shutil.ignore_patterns("out", "qbr.toml"))
    proposal, workspace = proposed(tmp_path / "sample")
    described = inspect_workspace(SAMPLE)
    assert stops(workspace) == []
    assert workspace.counts == described.counts
    total = "sum(revenue), sum(cost), count(distinct account_id)"
    assert workspace.lines.aggregate(total).fetchall() == \
        described.lines.aggregate(total).fetchall()
    assert workspace.settings.company.currency == "EUR"  # its rates convert all others
    assert "[tables." not in proposal.text


@pytest.fixture(scope="module")
def northwind(real_data, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / "Northwind Traders"
    folder.mkdir()
    for file in real_data("northwind").glob("*.csv"):
        shutil.copy(file, folder)
    (folder / "qbr.toml").write_text(propose(folder).text, encoding="utf-8")
    return folder


@pytest.mark.real
def test_northwind_gives_the_published_figures_without_an_edit(northwind, real_data):
    expected = json.loads((real_data("northwind") / "expected.json").read_text())["figures"]
    workspace = open_workspace(northwind)
    assert workspace.problems == ()
    assert workspace.counts["invoice_lines"].accepted == expected["rows"]["order_lines"]
    assert workspace.counts["accounts"].accepted == expected["rows"]["accounts_in_master"]
    ((revenue, gross, orders),) = workspace.lines.aggregate(
        "sum(revenue), sum(list_value), count(distinct invoice_id)").fetchall()
    assert float(revenue) == pytest.approx(expected["total"]["revenue"], abs=0.005)
    assert float(gross) == pytest.approx(expected["total"]["gross"], abs=0.005)
    assert orders == expected["rows"]["orders"]
    family = workspace.tables["products"].set_index("product_id")["family"]
    lines = workspace.lines.df()
    sums = lines["revenue"].astype(float).groupby(lines["product_id"].map(family)).sum()
    assert sums.to_dict() == pytest.approx({row["key"]: row["revenue"]
                                            for row in expected["by_category"]}, abs=0.005)


@pytest.mark.real
def test_northwind_is_reviewed_as_proposed(northwind, real_data):
    expected = json.loads((real_data("northwind") / "expected.json").read_text())["figures"]
    accounts = review_quarter(open_workspace(northwind), "1998Q1").accounts.set_index("account_id")
    (quarter,) = (row for row in expected["by_quarter"] if row["key"] == "1998Q1")
    assert accounts["revenue_quarter"].sum() == pytest.approx(quarter["revenue"], abs=0.005)
    contacts = open_workspace(northwind).tables["contacts"].set_index("account_id")["name"]
    for row in expected["top10_1998Q1"]:
        assert accounts.loc[row["CustomerID"], "name"] == row["account"]
        assert contacts[row["CustomerID"]] == row["contact"]
        assert accounts.loc[row["CustomerID"], "revenue_quarter"] == pytest.approx(
            row["revenue"], abs=0.005)


@pytest.mark.real
def test_northwind_asks_for_the_company_only(northwind):
    text = (northwind / "qbr.toml").read_text(encoding="utf-8")
    assert text.count("# ? ") == 3  # name, currency, fiscal year


@pytest.mark.parametrize(("heading", "word"), [
    ("Sell-to Customer No.", "selltocustomerno"), ("Währung", "waehrung"), ("Prénom", "prenom"),
    ("KUNNR", "kunnr"), ("  Net   Amount ", "netamount")])
def test_headings_are_compared_without_case_accents_and_signs(heading, word):
    assert plain(heading) == word


def test_names_of_files_are_taken_apart():
    assert {"fact", "reseller", "sales"} <= words_of("FactResellerSales")
    assert "customer" in words_of("dim_customer")
    assert "customer" in words_of("dimcustomer")
    assert "orderdetails" in words_of("Order Details")


def test_values_are_known_in_several_languages():
    assert value_for("deals", "outcome", "Closed Won") == "won"
    assert value_for("activities", "channel", "Besuch") == "visit"
    assert value_for("deals", "outcome", "Prospecting") == ""
