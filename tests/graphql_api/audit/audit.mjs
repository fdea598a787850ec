// Asks a server all that graphql-http checks of GraphQL over HTTP, and prints as JSON what it found.
import { auditServer } from "graphql-http";

const found = await auditServer({ url: process.argv[2] });
console.log(JSON.stringify(found.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
