"""Designs of experiments: numbers in, points of the unit cube or tables of levels out."""
