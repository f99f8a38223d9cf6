"""The door: public names and the command line."""
