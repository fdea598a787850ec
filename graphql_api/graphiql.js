// The page's own script: fills GraphiQL's tabs from the examples and the address, and lets the address follow the tab.
"use strict";

const LONGEST_ADDRESS = 4000; // what proxies let pass

/** The operation that the address asks to be shown, or null. It is shown, never run. */
function linked() {
  const given = new URLSearchParams(location.search);
  if (!given.get("query")) return null;
  return { query: given.get("query"), variables: given.get("variables") ?? "", operationName: given.get("operationName") ?? undefined };
}

/** What GraphiQL has kept in this browser under a name, or null. */
function kept(name) {
  try {
    return localStorage.getItem(`graphiql:${name}`);
  } catch {
    return null; // a browser that keeps nothing
  }
}

/** The first scalar of an answer, or undefined. */
function firstOf(value) {
  return value !== null && typeof value === "object" ? firstOf(Object.values(value)[0]) : value;
}

/** The first scalar that the library answers; empty where it answers none. */
async function answerTo(query) {
  try {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const response = await fetch(location.pathname, { method: "POST", headers, body: JSON.stringify({ query }) });
    return firstOf((await response.json()).data) ?? "";
  } catch {
    return "";
  }
}

/** The examples as tabs, their variables filled with what this library has. */
async function exampleTabs({ examples, asked }) {
  const tab = async ({ query, variables }) => {
    const values = await Promise.all(variables.map(async (name) => [name, await answerTo(asked[name])]));
    return { query, variables: values.length ? JSON.stringify(Object.fromEntries(values), null, 2) : undefined };
  };
  return Promise.all(examples.map(tab));
}

/** Shows in the address bar what is in the tab, so that the address can be handed on. Headers stay here: they may be secret. */
function follow({ query, variables, operationName }) {
  const said = Object.entries({ query, variables, operationName }).filter(([, text]) => text?.trim());
  const address = `${location.pathname}?${new URLSearchParams(said)}`;
  history.replaceState(null, "", query?.trim() && address.length <= LONGEST_ADDRESS ? address : location.pathname);
}

async function start() {
  const link = linked();
  const given = JSON.parse(document.getElementById("given").textContent);
  const examples = kept("tabState") ? undefined : await exampleTabs(given); // who has been here keeps their tabs
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  const logo = React.createElement(GraphiQL.Logo, null, React.createElement("a", { href: "/" }, "mediagraph"));
  let waiting;
  const properties = {
    fetcher: GraphiQL.createFetcher({ url: location.pathname }),
    plugins: [GraphiQLPluginExplorer.explorerPlugin()],
    ...link,
    defaultTabs: examples && (link ? [link, ...examples] : examples),
    defaultQuery: "# Ctrl-Enter runs the operation at the cursor, Ctrl-Space completes.\n",
    defaultHeaders: kept("headers") ?? undefined,
    defaultEditorToolsVisibility: true,
    inputValueDeprecation: true,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: true,
    onEditHeaders: (text) => show({ defaultHeaders: text }), // a key that is given once is there for tabs yet to be seen
    onTabChange: ({ tabs, activeTabIndex }) => {
      clearTimeout(waiting); // browsers refuse addresses that change with every key
      waiting = setTimeout(() => changed(tabs[activeTabIndex]), 300);
    },
  };
  function show(more) {
    root.render(React.createElement(GraphiQL, Object.assign(properties, more), logo));
  }
  function changed(tab) {
    follow(tab);
    if (properties.operationName && tab.query !== link.query) show({ operationName: undefined }); // it was the link's alone
  }
  show();
}

addEventListener("DOMContentLoaded", start);
