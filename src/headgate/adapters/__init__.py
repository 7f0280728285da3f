"""Places: where files, runs and mail are kept."""
