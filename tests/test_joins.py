"""Rows that a join leaves out are counted, with their money."""

import pytest
from exports import inspect, lines_of, sentences

SQL = """
[sources]
orders = "orders.csv"
items = "items.csv"
[tables.invoice_lines]
sql = '''select o.id as invoice_id, o.day as invoice_date, o.customer as account_id,
                i.price * i.n as revenue from {join}'''
"""
ORDERS = "id,day,customer\n1,2026-01-05,A\n2,2026-01-06,B\n4,2026-01-07,C\n"
ITEMS = "id,price,n\n1,10.5,1\n2,20.5,2\n3,5.25,4\n3,1.5,2\n"


@pytest.mark.parametrize("join", [
    "items i join orders o on o.id = i.id", "orders o join items i using (id)",
    "orders o, items i where o.id = i.id", "items i left join orders o on o.id = i.id"])
def test_lost_rows_are_told_with_their_money(tmp_path, join):
    # order 3 is missing: 5.25 * 4 + 1.5 * 2 = 24.00; order 4 has no items, and loses nothing
    workspace = inspect(tmp_path, SQL.format(join=join), orders_csv=ORDERS, items_csv=ITEMS)
    told = [one for one in workspace.problems if "no partner" in one.what]
    if "," in join or "left" in join:         # not joined by a join, or nothing is left out
        assert told == []
        return
    assert [line[2] for line in lines_of(workspace)] == [10.5, 41.0]
    assert [(one.rows, one.money) for one in told] == [(2, 24.0)]


def test_whole_join_says_nothing(tmp_path):
    workspace = inspect(tmp_path, SQL.format(join="items i join orders o on o.id = i.id"),
                        orders_csv=ORDERS + "3,2026-01-08,A\n", items_csv=ITEMS)
    assert not any("no partner" in one for one in sentences(workspace))
    assert len(lines_of(workspace)) == 4
