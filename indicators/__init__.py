"""Facts: every number with its dates, unit, interval and source. Leans on no other floor."""
