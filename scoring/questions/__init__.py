"""Questions put to the facts beside the score: what is claimed in the debate, and whether it holds."""
