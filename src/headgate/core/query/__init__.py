"""SQL over what a project has processed: read only, in a sandbox."""
