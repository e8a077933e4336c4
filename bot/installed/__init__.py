"""The top of an installed Shiproom: the only package that `pip install shiproom` adds under its own name.

pyproject.toml has the builder copy this folder to `shiproom/` of a wheel, and `bot`, `handlers` and `storage` below it: names
so general would collide with those of other packages if they were installed beside them.
"""
