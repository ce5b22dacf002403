"""The blind session on Excel sheets: handed out one per rater, read back into the scores."""
