// Runs what relay-compiler made against a server, as its hooks would, and prints what came of it: node run.mjs ENDPOINT NAME
import relay from "relay-runtime";
import { connect } from "./built/environment.js";

const [endpoint, name] = process.argv.slice(2);
const environment = connect(endpoint);
const artifact = async (name) => (await import(`./built/__generated__/${name}.graphql.js`)).default.default;
const seen = async (name, key) => environment.lookup(relay.getSingularSelector(await artifact(name), key)).data;
const done = async (name, rest) => {
  const mutation = await artifact(name);
  return new Promise((onCompleted, onError) => relay.commitMutation(environment, { mutation, onCompleted, onError, ...rest }));
};

/** All pages: the connection of a later one holds those before it. */
async function everyCard(after) {
  const variables = { count: 2, after, filter: { kind: { in: ["IMAGE", "VIDEO"] } } };
  const root = await relay.fetchQuery(environment, await artifact("MediaGridPageQuery"), variables).toPromise();
  const { media } = await seen("MediaGrid_page", root);
  if (media.pageInfo.hasNextPage) return everyCard(media.pageInfo.endCursor);
  return Promise.all(media.edges.map(({ node }) => seen("MediaGridCard_media", node)));
}

const rate = async (id, rating) =>
  (await done("MediaGridRateMutation", { variables: { input: { id, patch: { rating } } } })).updateMedia.userErrors;

const cards = await everyCard(null);
const refused = await rate(cards[0].id, 9);
const accepted = await rate(cards[0].id, 5);
const file = new File([`Words of ${name}.`], "words.txt", { type: "text/plain" });
const sent = await done("MediaGridUploadMutation", { variables: { file: null }, uploadables: { file } });
console.log(JSON.stringify({ cards, refused, accepted, uploaded: sent.uploadMedia.media }));
