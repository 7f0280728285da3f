"""Verbs: each stage is a plain function that takes one event and returns the next ones."""
