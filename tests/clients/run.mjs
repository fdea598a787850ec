// Runs a compiled recipe against a server and prints what came of it: node run.mjs ENDPOINT NAME
import { connect, everyCard, tag, upload } from "./built/library.js";

const [endpoint, name] = process.argv.slice(2);
const library = connect(endpoint);
const cards = await everyCard(library);
const refused = await tag(library, cards[0].id, "x".repeat(51));
const accepted = await tag(library, cards[0].id, name);
const uploaded = await upload(library, new File([`Words of ${name}.`], "words.txt", { type: "text/plain" }));
console.log(JSON.stringify({ cards, refused, accepted, uploaded }));
