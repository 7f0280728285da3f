"""Machines: what runs stages."""
