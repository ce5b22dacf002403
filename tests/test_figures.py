"""Charts: named, described, with real text, the same bytes every time."""

import pytest
from companies import NASTY, check, check_chart, evenly, sales, situation, text_of, viewed
from printed import paths

from qbrkit.report import style
from qbrkit.report.customer import purchases
from qbrkit.report.figures import bars
from qbrkit.report.internal import circle_map, growing_exhibits, margins
from qbrkit.report.language import language

OF_REVIEW = [circle_map.account_map, margins.whale, growing_exhibits.change_chart]
OF_VIEW = [purchases.by_quarter, purchases.by_family]
EN = language("en")


def bars_of(html):
    """Left, right, top and bottom of every filled rectangle of a chart."""
    found = []
    for looks, points in paths(html):
        if looks["fill"] != "none":
            x, y = zip(*points, strict=True)
            found.append((min(x), max(x), min(y), max(y)))
    return found


# --- over all (in every situation: test_internal_page and test_customer) ------------------

def test_the_same_chart_has_the_same_bytes():
    review, view = situation("many")
    for chart in OF_REVIEW:
        assert str(chart(review).markup) == str(chart(review).markup)
    for chart in OF_VIEW:
        assert str(chart(view).markup) == str(chart(view).markup)


@pytest.mark.parametrize("name", ["many", "nasty words", "German company"])
def test_ids_are_unique_over_a_page_with_all_charts(name):
    review, view = situation(name)
    ids = [one for chart in OF_REVIEW for one in check(chart(review)).ids] + [
        one for chart in OF_VIEW for one in check(chart(view)).ids]
    assert len(ids) > 5
    assert len(set(ids)) == len(ids)


# --- one by one --------------------------------------------------------------------------

def test_purchases_by_quarter_are_bars_from_zero():
    view = situation("credits this quarter")[1]
    html = purchases.by_quarter(view)
    drawn_bars = bars_of(html)
    assert len(drawn_bars) == 8
    base = drawn_bars[0][3]
    assert all(one[3] == pytest.approx(base) for one in drawn_bars[:7])       # 100 each, upwards
    assert drawn_bars[7][2] == pytest.approx(base)                            # -400, downwards
    height, depth = drawn_bars[0][3] - drawn_bars[0][2], drawn_bars[7][3] - drawn_bars[7][2]
    assert depth / height == pytest.approx(4, rel=1e-3)
    assert text_of(html).endswith("100 100 100 100 100 100 100 −400")


def test_a_quarter_that_is_not_known_is_no_zero(tmp_path):
    view = viewed(tmp_path, "U", accounts=[{"account_id": "U", "currency": "USD"}],
                  invoice_lines=[*sales("U", {"2026Q3": 90}, currency="EUR"), *evenly("A", 1)])
    shown = text_of(purchases.by_quarter(view))
    assert "Jul–Sep 2026: –; Oct–Dec 2026: 0" in shown
    assert shown.endswith("0 0 0 0 0 0 – 0")


def test_horizontal_bars_share_their_zero():
    html = bars(["a", "b", "c"], [30.0, 10.0, -20.0], EN, "#0b6e4f", "t", "EUR")
    plus, small, minus = bars_of(html)
    assert plus[0] == pytest.approx(small[0]) == pytest.approx(minus[1])
    assert (plus[1] - plus[0]) / (small[1] - small[0]) == pytest.approx(3, rel=1e-3)
    assert (minus[1] - minus[0]) / (small[1] - small[0]) == pytest.approx(2, rel=1e-3)
    assert text_of(html).endswith("a b c 30 10 −20")


@pytest.mark.parametrize("amounts", [[0.0], [-5.0], [-0.3], [0.2], [1e9, -1e9]])
def test_bars_of_any_amounts(amounts):
    html = bars([f"n{at}" for at in range(len(amounts))], amounts, EN, "#0b6e4f", "t", "EUR")
    check_chart(check(html), str(html.markup))


def test_the_chart_and_the_table_of_families_print_the_same_figures(tmp_path):
    view = viewed(tmp_path, products=[{"product_id": f"P{at}", "family": f"F{at}"}
                                      for at in range(3)],
                  invoice_lines=[line for at in range(3) for line in evenly(
                      "A", 10.5, product_id=f"P{at}")])
    assert text_of(purchases.by_family(view)).endswith("F0 F1 F2 11 11 10")


def test_a_product_without_family_is_not_called_unknown(tmp_path):
    view = viewed(tmp_path, products=[{"product_id": "P", "family": "Pumps"}], invoice_lines=[
        *evenly("A", 100, product_id="P"), *evenly("A", 10, product_id="Q")])
    shown = text_of(purchases.by_family(view))
    assert "other products" in shown
    assert "unknown" not in shown


def test_names_are_text_and_never_a_formula_or_markup():
    page = check(purchases.by_family(situation("nasty words")[1]))
    assert " ".join(NASTY.split())[:20] in page.text
    assert "script" not in {tag for tag, _ in page.tags}


def test_signs_that_no_font_has_are_no_warning():
    with style.chart(1, 1, 1) as axes:
        axes.barh([0], [1])
        axes.set_yticks([0], ["株式会社 😀 \t x"])
        assert "株式会社" in text_of(style.draw(axes, "t", "u", "d"))


def test_long_names_are_cut_and_their_whole_stands_in_the_description():
    shown = text_of(purchases.by_family(situation("nasty words")[1]))
    assert "…" in shown
    assert "Namen mbH & Co. KG: 10" in shown
