"""The image, compose.yml, the chart and the manifests: checked as files in every size, built and run in the full one."""
