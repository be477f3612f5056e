"""Reads across what the ground keeps, always for an access."""
