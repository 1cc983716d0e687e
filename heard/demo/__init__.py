"""Tarn & Trail, a company that does not exist: a year of its letters, made from a seed, so that Heard can be tried at once."""
