"""The in-memory family: for tests, and for trying a stage in isolation."""
