"""A revision after the newest one, made up: it adds whatever a revision may add that older code goes on with."""
