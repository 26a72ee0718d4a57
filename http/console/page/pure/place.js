// The part of the address behind `#`: a page, what it shows, how it shows it.

export const pages = [
  {key: "overview", title: "Overview"},
  {key: "actors", title: "Actors"},
  {key: "sections", title: "Sections"},
  {key: "journal", title: "Journal"},
  {key: "cluster", title: "Cluster"},
  {key: "traces", title: "Traces"},
  {key: "acts", title: "Acts"},
];

export function readPlace(hash) {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const [page, id = ""] = path.split("/");
  const known = pages.some(x => x.key === page);
  return {
    page: known ? page : pages[0].key,
    id: known ? decoded(id) : "",
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (fault) {
    // A percent sign that somebody typed stands for itself.
    if (fault instanceof URIError)
      return text;
    throw fault;
  }
}

export function toPlace(page, id = "", query = {}) {
  const text = withQuery("", query);
  return `#/${page}${id ? `/${encodeURIComponent(id)}` : ""}${text}`;
}

// A path with those members of a query that say something.
export function withQuery(path, query) {
  const said = Object.entries(query).filter(
    ([, x]) => x !== "" && x !== null && x !== undefined);
  const text = new URLSearchParams(said.map(([k, x]) => [k, String(x)]));
  return said.length > 0 ? `${path}?${text}` : path;
}
