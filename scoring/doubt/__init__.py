"""Doubt: the one pipeline over many draws, what they say together, and the call that follows."""
