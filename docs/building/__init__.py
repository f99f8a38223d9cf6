"""What turns the files of the project into pages of the documentation."""
