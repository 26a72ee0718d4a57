// The keys, and the licences of what the page is made of.

import {useEffect, useRef} from "preact/hooks";
import {html} from "../html.js";
import {known} from "../keys.js";

function licences() {
  return document.getElementById("licences").content.textContent;
}

export function Help({close}) {
  const dialog = useRef(null);
  useEffect(() => dialog.current.showModal(), []);
  return html`
    <dialog ref=${dialog} aria-labelledby="help" onClose=${close}>
      <h2 id="help">Keys</h2>
      <dl class="keys">
        ${known.map(([keys, does]) => html`
          <dt><kbd>${keys}</kbd></dt><dd>${does}</dd>`)}
      </dl>
      <p>Times are those of this machine; UTC is in their tooltips. The page
        asks the service and nobody else. While its tab is hidden it asks
        nothing.</p>
      <details><summary>Licences</summary><pre>${licences()}</pre></details>
      <form method="dialog" class="buttons"><button class="main" autofocus>
        Close</button></form>
    </dialog>`;
}
