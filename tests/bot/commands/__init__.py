"""The commands of the command line that set up and examine an installation."""
