"""One file for each version of our tables."""
