"""Parameters of a notebook: stricter than papermill, which only warns of unknown names."""

from collections.abc import Mapping
from pathlib import Path

from qbrkit.errors import ParameterError


def papermill_path(file: Path) -> str:
    """A path as papermill takes it: it reads braces as places for parameters."""
    return str(file).replace("{", "{{").replace("}", "}}")


def check_parameters(notebook: Path, parameters: Mapping[str, str]) -> None:
    """Refuse parameters that a notebook does not declare.

    Parameters
    ----------
    notebook : Path
        Notebook with a cell tagged ``parameters``.
    parameters : mapping of str to str
        Values by name; all are text, so that ids stay text and paths stay paths.

    Raises
    ------
    ParameterError
        If a name is not declared or a value is not text; all faults in one message.
    """
    import papermill

    declared = papermill.inspect_notebook(papermill_path(notebook))
    faults = [f"{name} is no parameter of {notebook.name}; it has {', '.join(declared) or 'none'}"
              for name in parameters if name not in declared]
    faults += [f"{name} must be text, not {type(value).__name__}"
               for name, value in parameters.items() if not isinstance(value, str)]
    if faults:
        raise ParameterError("\n".join(faults))
