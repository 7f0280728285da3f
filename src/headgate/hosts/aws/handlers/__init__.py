"""The functions, one for each stage; each imports its own stage and nothing of the others."""
