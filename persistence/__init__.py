"""The library in a SQL database, and its bytes in a storage."""
