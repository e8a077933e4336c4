"""A walk through the states of releases, and oracles that hold what people read in each of them to the model."""
