import { Environment, Network, type FetchFunction, RecordSource, Store } from "relay-runtime";

/** Sends an operation; one with files goes as a form, each file under the name of its variable. */
const fetcher =
  (url: string): FetchFunction =>
  async ({ text: query }, variables, _cache, uploadables) => {
    const operations = JSON.stringify({ query, variables });
    if (!uploadables) {
      const headers = { "content-type": "application/json" };
      return (await fetch(url, { method: "POST", headers, body: operations })).json();
    }
    const form = new FormData();
    form.set("operations", operations);
    form.set("map", JSON.stringify(Object.fromEntries(Object.keys(uploadables).map((name) => [name, [`variables.${name}`]]))));
    for (const [name, file] of Object.entries(uploadables)) form.set(name, file);
    return (await fetch(url, { method: "POST", headers: { "graphql-require-preflight": "1" }, body: form })).json();
  };

export const connect = (url: string) =>
  new Environment({ network: Network.create(fetcher(url)), store: new Store(new RecordSource()) });
