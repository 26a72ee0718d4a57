// What stands around every page.

import {useEffect, useState} from "preact/hooks";
import {access, forgetToken} from "./access.js";
import {html} from "./html.js";
import {startKeys} from "./keys.js";
import {lost, tryNow} from "./live.js";
import {useStore} from "./store.js";
import {nextTheme, theme} from "./theme.js";
import {pages, readPlace, toPlace} from "./pure/place.js";
import {clock} from "./pure/format.js";
import {ActDialog} from "./parts/act_dialog.js";
import {Help} from "./parts/help.js";
import {TokenForm} from "./parts/token_form.js";
import {Actors} from "./pages/actors.js";
import {Acts} from "./pages/acts.js";
import {Cluster} from "./pages/cluster.js";
import {Journal} from "./pages/journal.js";
import {Overview} from "./pages/overview.js";
import {Sections} from "./pages/sections.js";
import {Traces} from "./pages/traces.js";

const shown = {
  overview: Overview, actors: Actors, sections: Sections, journal: Journal,
  cluster: Cluster, traces: Traces, acts: Acts,
};

function usePlace() {
  const [place, setPlace] = useState(readPlace(location.hash));
  useEffect(() => {
    const move = () => setPlace(readPlace(location.hash));
    addEventListener("hashchange", move);
    return () => removeEventListener("hashchange", move);
  }, []);
  return place;
}

function Navigation({page}) {
  return html`
    <nav aria-label="Pages">
      ${pages.map((x, i) => html`
        <a key=${x.key} href=${toPlace(x.key)} aria-keyshortcuts=${i + 1}
          aria-current=${x.key === page ? "page" : undefined}>
          <kbd aria-hidden="true">${i + 1}</kbd>${x.title}</a>`)}
    </nav>`;
}

function Tools({showKeys}) {
  const now = useStore(theme);
  const {token} = useStore(access);
  return html`
    <div class="switches">
      ${token && html`
        <button class="plain" onClick=${forgetToken}>Forget token</button>`}
      <button class="plain" onClick=${nextTheme}
        title="Light, dark, or as the system has it">
        Colours: ${now}</button>
      <button class="plain" onClick=${showKeys} aria-label="Keys and licences"
        aria-keyshortcuts="?">?</button>
    </div>`;
}

function Banner() {
  const x = useStore(lost);
  const text = x && (x.status === 0
    ? `Connection lost since ${clock(x.since)}, trying again …`
    : `No answer since ${clock(x.since)}, trying again …`);
  return html`
    <div class="banner" role="alert" hidden=${!x}>
      ${x && html`
        <span class="sign" aria-hidden="true">■</span>
        <b>${text}</b> <span>${x.detail} What is shown is old.</span>
        <button onClick=${tryNow}>Try now</button>`}
    </div>`;
}

export function Shell() {
  const place = usePlace();
  const {refusal, token} = useStore(access);
  const [showsKeys, setShowsKeys] = useState(false);
  const showKeys = () => setShowsKeys(true);
  useEffect(() => startKeys(showKeys), []);
  const page = pages.find(x => x.key === place.page);
  useEffect(() => {
    document.title = `${page.title} – Registrar console`;
  }, [page]);
  return html`
    <a class="skip" href="#page" onClick=${event => {
      event.preventDefault();
      document.getElementById("page").focus();
    }}>Skip to the page</a>
    <header class="top">
      <span class="brand">Registrar</span>
      <${Navigation} page=${place.page} />
      <${Tools} showKeys=${showKeys} />
    </header>
    <${Banner} />
    <main id="page" tabindex="-1">
      ${refusal
        ? html`<${TokenForm} key=${`${refusal.status} ${token}`}
            refusal=${refusal} />`
        : html`<${shown[place.page]} key=${`${place.page} ${token}`}
            place=${place} />`}
    </main>
    ${!refusal && html`<${ActDialog} />`}
    ${showsKeys && html`<${Help} close=${() => setShowsKeys(false)} />`}`;
}
