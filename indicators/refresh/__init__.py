"""Live sources, one file each: fetched, held to their known form, and merged into pairs of files."""
