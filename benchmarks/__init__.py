"""Experiments that take too long for the suite, each a command: `python -m benchmarks.NAME`. The suite has their short form."""
