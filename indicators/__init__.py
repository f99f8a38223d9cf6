"""Floor 0, facts: every number with its dates, unit, interval and source. Imports no other floor."""
