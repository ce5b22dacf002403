"""The invented sample company: a seeded generator of the workspace data/sample.

``python -m tests.sample_company`` writes the same bytes on every machine: all chance
comes from uniform numbers of one seeded generator per account and topic, no name is
drawn from a set, and money is rounded before it is written.
"""
