"""Reading: what a record is, where it stands, and what the engine may be given."""
