"""How one operation is answered: parsed and validated once, run by graphql-core, told in one shape."""
