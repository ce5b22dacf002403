"""Frames in, display objects out: sentences, tables, charts."""

PAGE_MIME = "application/vnd.qbrkit.page+json"
"""MIME type of the page record: what stands around the cells, from title to foot."""
