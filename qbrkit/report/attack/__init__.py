"""The black-ops page: where a competitor would begin, and what it would find open."""
