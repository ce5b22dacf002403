"""Connect, map, check: the only reader of a user's data."""

from qbrkit.sources.workspace import (
    Inputs,
    Workspace,
    find_inputs,
    inspect_workspace,
    keep_workspace,
    open_workspace,
)

__all__ = ["Inputs", "Workspace", "find_inputs", "inspect_workspace", "keep_workspace",
           "open_workspace"]
