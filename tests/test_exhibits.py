"""Building blocks of a page: escaped text, tables that add up, nothing that is not known."""

import numpy as np
import pandas as pd
import pytest
from companies import NASTY, check, text_of
from hypothesis import given
from hypothesis import strategies as st
from tables import properties

from qbrkit.report import exhibits
from qbrkit.report.exhibits import ColumnView, Tile, round_to_total
from qbrkit.report.language import language

EN, DE = language("en"), language("de")
COLUMNS = [
    ColumnView("name", "Account"), ColumnView("money", "Revenue, EUR", "money"),
    ColumnView("n", "Contacts", "number"), ColumnView("rate", "Change", "change"),
    ColumnView("share", "Share", "percent"), ColumnView("day", "Due", "date"),
    ColumnView("state", "Outcome", "pill", words={"kept": "held"}),
    ColumnView("long", "Text", "sentence")]


def rows(**columns):
    return pd.DataFrame({"name": ["A", "B"], "money": [1.4, 2.4], "n": [3.0, np.nan],
                         "rate": [0.5, -0.123], "share": [0.25, np.nan],
                         "day": pd.to_datetime(["2026-09-30", None]), "state": ["kept", "other"],
                         "long": ["word " * 30, None]} | columns)


def cells(page, tag="td"):
    return [attributes for name, attributes in page.tags if name == tag]


# --- sentences ---------------------------------------------------------------------------

def test_a_finding_joins_its_sentences_and_leaves_empty_ones_out():
    assert str(exhibits.finding("One.", "", "Two.").markup) == '<p class="finding">One. Two.</p>'


def test_a_finding_without_a_sentence_is_nothing():
    assert str(exhibits.finding("", "").markup) == ""


@pytest.mark.parametrize("block", [
    exhibits.finding(NASTY), exhibits.note(NASTY), exhibits.not_available(NASTY),
    exhibits.numbered([NASTY, "x"]), exhibits.tiles(Tile(NASTY, NASTY, NASTY)),
    exhibits.missing(EN, NASTY, [NASTY], NASTY),
    exhibits.table(pd.DataFrame({"name": [NASTY]}), [ColumnView("name", NASTY)], NASTY, EN)])
def test_text_from_data_is_escaped(block):
    assert '<script>alert("1")</script>' in text_of(block)
    assert "<script" not in str(block.markup)


@pytest.mark.parametrize("text", ["+5,000 & more", "−€3 'quoted'", "+O'Neil&7"])
def test_a_sign_stays_with_its_figure_and_escaping_holds(text):
    page = check(exhibits.finding(text))
    assert page.text == text
    assert ("span", {"class": "figure"}) in page.tags


def test_missing_names_the_tables_and_who_could_supply_them():
    assert text_of(exhibits.missing(EN, "Nothing.", ["benefits", "services"], "the CRM")) == (
        "Nothing. This needs benefits and services in the export; the CRM can supply it.")


# --- tables ------------------------------------------------------------------------------

def test_a_table_has_caption_scopes_and_right_aligned_figures():
    page = check(exhibits.table(rows(), COLUMNS, "Accounts", EN))
    (caption,) = cells(page, "caption")
    region = next(attributes for name, attributes in page.tags if attributes.get("role"))
    assert region["aria-labelledby"] == caption["id"]
    scopes = [attributes["scope"] for attributes in cells(page, "th")]
    assert scopes == ["col"] * 8 + ["row"] * 2
    assert [one.get("class") for one in cells(page)[:7]] == [
        None, None, None, None, "d", "t", "text"], "a cell without a class is a figure"
    assert [one.get("class") for one in cells(page, "th")[1:8]] == [
        "n", "n", "n", "n", "d", None, "text"]


def test_a_table_prints_what_is_known_in_words():
    assert text_of(exhibits.table(rows(), COLUMNS, "Accounts", EN)) == (
        "Accounts Account Revenue, EUR Contacts Change Share Due Outcome Text "
        "A 1 3 +50.0% 25.0% Sep 30, 2026 held " + "word " * 30 + "B 2 – −12.3% – other")


def test_figures_follow_the_language():
    shown = text_of(exhibits.table(rows(money=[1234.5, -2000.0]), COLUMNS, "Kunden", DE))
    assert "1.234" in shown
    assert "−2.000" in shown
    assert "30.09.2026" in shown


def test_columns_that_are_not_there_are_left_out():
    page = check(exhibits.table(rows()[["name", "n"]], COLUMNS, "Accounts", EN))
    assert len(cells(page, "th")) == 2 + 2


def test_a_table_without_rows_has_no_total():
    page = check(exhibits.table(rows().head(0), COLUMNS, "Accounts", EN, total="Total"))
    assert "Total" not in page.text


def test_the_total_is_the_sum_of_the_printed_parts():
    # 1.4 + 2.4 = 3.8, printed 4: the parts are printed 2 (or 1) and 2 (or 3), never 1 and 2.
    shown = text_of(exhibits.table(rows()[["name", "money"]], COLUMNS, "x", EN, total="Total"))
    assert shown == "x Account Revenue, EUR A 2 B 2 Total 4"


@pytest.mark.parametrize(("money", "printed"), [
    ([5.0, np.nan], "A 5 B – Total 5"), ([np.nan, np.nan], "A – B –"),
    ([-1.5, 1.5], "A −1 B 1 Total 0"), ([0.0, -0.0], "A 0 B 0 Total 0")])
def test_totals_of_what_is_missing_negative_or_zero(money, printed):
    table = rows(money=money)[["name", "money"]]
    assert text_of(exhibits.table(table, COLUMNS, "x", EN, total="Total")).endswith(printed)


def test_ids_are_the_same_for_the_same_text():
    assert exhibits.element_id("Ä") == exhibits.element_id("Ä") != exhibits.element_id("B")
    assert exhibits.element_id("Ä").isalnum()


AMOUNTS = st.lists(st.none() | st.integers(-10**9, 10**9).map(lambda cents: cents / 100),
                   max_size=30)


@properties
@given(AMOUNTS, st.booleans())
def test_rounded_parts_add_up_and_stay_within_one_unit(amounts, same_index):
    parts = pd.Series(amounts, dtype="float64",
                      index=[0] * len(amounts) if same_index else None)
    rounded = round_to_total(parts)
    assert rounded.index.equals(parts.index)
    assert (rounded.isna().to_numpy() == parts.isna().to_numpy()).all()
    known, whole = parts.dropna().to_numpy(), rounded.dropna().to_numpy()
    assert (np.abs(whole - known) < 1).all()
    assert (whole == np.round(whole)).all()
    assert abs(whole.sum() - known.sum()) <= 0.5 + 1e-6     # a half may be rounded either way
    assert (whole[known == np.round(known)] == known[known == np.round(known)]).all()


@properties
@given(AMOUNTS)
def test_printed_parts_of_a_table_add_up_to_its_printed_total(amounts):
    table = pd.DataFrame({"name": [f"N{at}x" for at in range(len(amounts))],
                          "money": pd.Series(amounts, dtype="float64")})
    html = exhibits.table(table, COLUMNS, "x", EN, total="Total")
    figures = [text for text in check(html).text.replace("−", "-").replace(",", "").split()
               if text.lstrip("-").isdigit()]
    known = table["money"].notna().sum()
    if known:
        *parts, total = map(int, figures)
        assert len(parts) == known
        assert sum(parts) == total


def test_inputs_are_not_changed():
    table = rows()
    before = table.copy()
    exhibits.table(table, COLUMNS, "x", EN, total="Total")
    pd.testing.assert_frame_equal(table, before)
