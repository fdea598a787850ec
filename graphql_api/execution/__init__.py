"""How one operation is answered: read and checked once, run by a plan or by graphql-core, told in one shape."""
