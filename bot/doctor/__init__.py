"""What `shiproom doctor` examines, one file for each subject; what is broken in one hides nothing of the others."""
