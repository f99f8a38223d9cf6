"""The commands: options of the command line in, one screen or document out; imported only when called."""
