"""HTTP: the guard before everything, Slack's and the CIs' routes, the JSON API, and what machines watch."""
