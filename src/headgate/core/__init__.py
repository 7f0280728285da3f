"""Nouns: what Headgate is about. Knows no cloud, host, clock, environment or network."""
