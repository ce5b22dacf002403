"""Think like the competitor: gaps that rules find, and what a panel of our own people expects."""
