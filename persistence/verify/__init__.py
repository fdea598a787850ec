"""What a database is asked about a library's soundness."""

from persistence.verify.verifier import SqlVerifier

__all__ = ["SqlVerifier"]
