// Light, dark, or as the system has it.

import {createStore} from "./store.js";

const key = "registrar-theme";
export const themes = ["system", "light", "dark"];

function kept() {
  const x = localStorage.getItem(key);
  return themes.includes(x) ? x : themes[0];
}

export const theme = createStore(kept());
// Counts the times that colours have changed: what draws by itself follows it.
export const colours = createStore(0);

function show() {
  document.documentElement.dataset.theme = theme.get();
  colours.set(colours.get() + 1);
}

export function nextTheme() {
  const next = themes[(themes.indexOf(theme.get()) + 1) % themes.length];
  localStorage.setItem(key, next);
  theme.set(next);
  show();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
show();
