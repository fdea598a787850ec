"""Verifying: finds what is missing, damaged, orphaned or out of step, and mends what can be mended without loss."""

from domain.verify.flaw import Expected, Flaw, Place, Verifier, Wrong
from domain.verify.walk import Verified, Walk, verify

__all__ = ["Expected", "Flaw", "Place", "Verified", "Verifier", "Walk", "Wrong", "verify"]
