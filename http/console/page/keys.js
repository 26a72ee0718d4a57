// Keys that work everywhere but where somebody is typing.

import {pages, toPlace} from "./pure/place.js";

export const known = [
  ["1 … 7", "the pages, from left to right"],
  ["/", "the filter or search of the page"],
  ["?", "this list"],
  ["Tab, Shift+Tab", "the next or last control"],
  ["Enter", "what has the focus; in a dialog, its act"],
  ["Esc", "leave a dialog without acting; clear a search"],
  ["↑ ↓", "through search results"],
];

function isTyping(target) {
  return target.closest("input, textarea, select, dialog") !== null;
}

function focusFilter(event) {
  const field = document.querySelector("[data-filter]");
  if (!field)
    return;
  event.preventDefault();
  field.focus();
  field.select();
}

// @param showKeys opens the list of keys
export function startKeys(showKeys) {
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey
        || isTyping(event.target) || document.querySelector("dialog[open]"))
      return;
    const page = pages[Number(event.key) - 1];
    if (page)
      location.hash = toPlace(page.key);
    else if (event.key === "/")
      focusFilter(event);
    else if (event.key === "?")
      showKeys();
  });
}
