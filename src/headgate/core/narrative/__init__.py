"""What a run's facts say in prose: its form, the built-in narrator, and the check that every claim stands in a fact."""
