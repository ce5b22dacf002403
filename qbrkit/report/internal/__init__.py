"""Sections of the internal review: each asks a question, states the result, and shows it once."""
