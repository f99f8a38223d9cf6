"""What if: dated changes of the facts, run through the one pipeline and held against a baseline."""
