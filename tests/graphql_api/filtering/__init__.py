"""Filters and orders on both paths and both databases."""
