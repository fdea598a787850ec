"""Media types over GraphQL: one file each, found by being here."""
