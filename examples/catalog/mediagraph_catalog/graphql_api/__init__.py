"""Shows the catalog over GraphQL."""
