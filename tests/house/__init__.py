"""The rules of the house that no linter knows, as tests over whatever tree stands."""
