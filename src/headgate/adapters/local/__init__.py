"""This machine: SQLite and folders."""
