"""Weigh, aggregate, compare and doubt."""
