"""Killing workers at random instants, and balancing the books afterwards."""
