"""What a score sheet of a black-ops session says, in the language of the company."""
