"""Keeps the catalog beside the tables of the core."""
