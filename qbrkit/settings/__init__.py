"""qbr.toml as frozen dataclasses."""

from qbrkit.settings.reading import FILE, read_settings
from qbrkit.settings.sections import EMBEDDED, SECTIONS, SPARK, Company, Contacts, Settings

__all__ = ["EMBEDDED", "FILE", "SECTIONS", "SPARK", "Company", "Contacts", "Settings",
           "read_settings"]
