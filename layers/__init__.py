"""The four layers: which facts speak for what, turned into scores of 0 to 100."""
