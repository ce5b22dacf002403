"""A notebook gets the parameters it declares, as text, and no others."""

from pathlib import Path

import pytest

from qbrkit.errors import ParameterError
from qbrkit.run.parameters import check_parameters

NOTEBOOKS = Path(__file__).parent / "notebooks"
TOLD = NOTEBOOKS / "ready_external.ipynb"
UNTOLD = NOTEBOOKS / "no_parameters.ipynb"


def test_declared_text_is_taken():
    check_parameters(TOLD, {})
    check_parameters(TOLD, {"account_view": "00123"})
    check_parameters(UNTOLD, {})


def test_every_fault_is_named_in_one_message():
    with pytest.raises(ParameterError) as caught:
        check_parameters(TOLD, {"account": "A-1", "qarter": "2026Q3", "account_view": 7})
    message = str(caught.value)
    assert "account is no parameter of ready_external.ipynb; it has account_view" in message
    assert "qarter is no parameter" in message
    assert "account_view must be text, not int" in message


@pytest.mark.parametrize("value", [1, 1.5, None, True, ["a"], {"a": "b"}, Path("x"), b"x"])
def test_other_values_than_text_are_refused(value):
    with pytest.raises(ParameterError, match=f"must be text, not {type(value).__name__}"):
        check_parameters(TOLD, {"account_view": value})


def test_notebook_without_a_parameters_cell_takes_none():
    with pytest.raises(ParameterError) as caught:
        check_parameters(UNTOLD, {"account_view": "a.json", "quarter": "2026Q3"})
    assert "account_view is no parameter of no_parameters.ipynb; it has none" in str(caught.value)
    assert "quarter is no parameter of no_parameters.ipynb; it has none" in str(caught.value)


def test_braces_in_a_path_are_no_parameters(tmp_path):
    folder = tmp_path / "{quarter}"
    folder.mkdir()
    notebook = folder / TOLD.name
    notebook.write_bytes(TOLD.read_bytes())
    check_parameters(notebook, {"account_view": "a.json"})
