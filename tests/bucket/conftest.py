"""What is collected here: the tests that start a server that speaks S3 take seconds, and belong to the full size."""

from tests.profile import size

collect_ignore = size(["test_bucket.py"], ["test_bucket.py"], list[str]())
