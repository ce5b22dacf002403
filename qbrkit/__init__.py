"""Quarterly business reviews from a company's own sales data."""

__version__ = "0.1.0"
