"""The page of the transactional plan: one module each for sentences, tables, chart and users."""
