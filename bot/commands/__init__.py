"""The commands of the command line, one file each, which imports what that command needs and no other does."""
