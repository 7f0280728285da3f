"""People: the command line and the Python call."""
