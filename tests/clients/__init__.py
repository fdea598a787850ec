"""Recipes for typed clients, each as people would write it, and tests that run them against a real server."""
