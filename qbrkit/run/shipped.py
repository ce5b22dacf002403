"""Where the folders lie that come with the kit."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(name: str) -> Path:
    """Find a folder that comes with the kit.

    Parameters
    ----------
    name : str
        As in a clone: ``templates``, ``notebooks``, ``data/sample``.

    Returns
    -------
    Path
        Inside the package when it was installed, else beside it in the clone.

    Raises
    ------
    FileNotFoundError
        If the folder is in neither place.
    """
    for parent in (_PACKAGE, _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"{name} was not shipped with qbrkit")
