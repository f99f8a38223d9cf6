"""Screens: plain text of at most 80 columns, made from an answer and nothing else."""
