"""A change of the policy, reviewed as on GitHub and GitLab."""
