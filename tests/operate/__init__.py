"""What operators get: metrics, the rules of Prometheus and the dashboard in docs/operate."""
