"""Floor 1, the four layers: which facts speak for what, and how they become scores from 0 to 100."""
