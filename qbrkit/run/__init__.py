"""Files and processes: run the notebooks, export, search for leaks, write the manifest."""
