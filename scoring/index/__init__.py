"""Weigh, aggregate, score and compare: the one pipeline."""
