"""Every error of the kit, each a sentence an analyst can act on."""


class QbrError(Exception):
    """Base of all errors that are told to the user without a traceback."""


class SettingError(QbrError):
    """A setting in qbr.toml, or an option, that cannot be used."""


class DataError(QbrError):
    """An export that cannot be used as it is.

    Parameters
    ----------
    message : str
        What is wrong, where, and what to do; several faults are several lines.
    table, column : str
        Where the fault stands; empty when several tables are concerned.
    """

    def __init__(self, message: str, table: str = "", column: str = "") -> None:
        super().__init__(message)
        self.message, self.table, self.column = message, table, column

    def __reduce__(self):  # keeps the fields when a worker sends the error back
        return (type(self), (self.message, self.table, self.column))


class ReconciliationError(QbrError):
    """A sum that does not agree to the cent with the lines it was made from."""


class ParameterError(QbrError):
    """A notebook parameter that is unknown, missing, or of the wrong kind."""


class LeakError(QbrError):
    """A page that holds what its reader must not see; it is not released."""


class NotebookError(QbrError):
    """A notebook that stopped before its end.

    Parameters
    ----------
    cause : str
        One line: the error's class and its message.
    cell : int or None
        Number of the cell that failed, counted from 1; None when the kernel died.
    """

    def __init__(self, cause: str, cell: int | None = None) -> None:
        where = f"cell {cell}: " if cell is not None else ""
        super().__init__(where + cause)
        self.cause, self.cell = cause, cell

    def __reduce__(self):
        return (type(self), (self.cause, self.cell))
