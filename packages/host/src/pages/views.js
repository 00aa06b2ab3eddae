import { byId } from "/shared/page.js";

const names = ["overview", "letters", "order", "replay"];

/** Where the address points: `#/letters/order/1?status=open` is the view "letters", about ["order", "1"]. */
export function place() {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [first, ...about] = path.split("/").filter(Boolean).map(decodeURIComponent);
  return { view: names.includes(first) ? first : "overview", first, about, query: new URLSearchParams(query) };
}

/** An address in this console. */
export function address(view, about = [], query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
  return `#/${[view, ...about].map(encodeURIComponent).join("/")}${search}`;
}

/** Shows the view of the address, now and whenever it changes. `arrived` is told where. */
export function views(arrived) {
  // The shop's page and older links name an order this way.
  const wanted = new URLSearchParams(location.search).get("order");
  if (wanted) history.replaceState(null, "", `/ops${address("order", [wanted])}`);
  const go = () => {
    const here = place();
    for (const view of document.querySelectorAll("[data-view]")) view.hidden = view.dataset.view !== here.view;
    for (const link of document.querySelectorAll(".tabs a")) {
      if ((link.hash.replace("#/", "") || "overview") === here.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    arrived(here);
    if (here.first === "waiting") byId("waiting-section").scrollIntoView();
  };
  addEventListener("hashchange", go);
  go();
}

const last = new Map();
/** Whether data differ from what was shown under that name: what is the same is not drawn again, and keeps its focus. */
export function changed(name, data) {
  const now = JSON.stringify(data);
  if (last.get(name) === now) return false;
  last.set(name, now);
  return true;
}
