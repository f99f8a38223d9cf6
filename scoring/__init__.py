"""Floor 2: weigh, aggregate, compare, doubt, and test claims."""
