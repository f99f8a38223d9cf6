"""Brings files of other forms into the form of an indicator; nothing is guessed, what falls out is told."""
