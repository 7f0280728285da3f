"""The report on one day: what came in, what became of it, and how it compares with the days before."""
