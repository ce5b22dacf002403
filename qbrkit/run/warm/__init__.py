"""Notebooks run without a kernel: each in a process forked from one that has imported already."""
