"""What can be typed behind `shiproom`, one file for each command; what a command runs is imported only when it runs."""
