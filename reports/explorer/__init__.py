"""The page: one file that re-scores the shipped draws in a browser, by the sums that the engine uses."""
