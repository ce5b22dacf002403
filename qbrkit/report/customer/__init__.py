"""The external review: one module per chapter, each reading the view of one account alone."""
