"""The schema's history: each version stands alone and imports nothing of ours."""
