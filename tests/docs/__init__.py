"""The pages: the site is built of them, every link inside leads somewhere, and every example on them holds."""
