"""Connect, map, check: the only reader of a user's data."""

from qbrkit.sources.workspace import (
    Workspace,
    inspect_workspace,
    keep_workspace,
    open_workspace,
)

__all__ = ["Workspace", "inspect_workspace", "keep_workspace", "open_workspace"]
