"""How results look as the last line of a notebook cell: tables that follow the notebook's own colours."""
