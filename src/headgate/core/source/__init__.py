"""Sources: what to ask an API, what its answers mean, and the document they become."""
