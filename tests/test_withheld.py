"""A table that no customer sees is told apart from one that is not on record."""

from dataclasses import replace

import pytest
from companies import situation, text_of
from planted import left_out

from qbrkit.disclosure import allowed
from qbrkit.report.customer import next_steps, outlook, promises, reading, service, value


@pytest.mark.parametrize(("state", "table"), [
    (promises.last_review, "promises"), (service.state, "service_levels"),
    (value.state, "value_lines"), (outlook.state, "ahead"), (next_steps.promised, "upcoming")])
def test_nothing_is_said_of_a_table_that_no_customer_sees(monkeypatch, state, table):
    view = replace(situation("lines alone")[1], tables={})
    assert not reading.is_withheld(view, table)
    assert text_of(state(view)) != ""
    left_out(monkeypatch, allowed.TABLES, table)
    assert reading.is_withheld(view, table)
    assert text_of(state(view)) == ""
