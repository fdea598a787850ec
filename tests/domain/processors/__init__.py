"""Tests of the processors; the files they read are made in files.py."""
