// What is shown while the service lets nobody in who asks like this.

import {useEffect, useRef, useState} from "preact/hooks";
import {takeToken} from "../access.js";
import {html} from "../html.js";

const sentence = {
  401: "This service wants to know who asks. Paste a token that has the role "
    + "operator; it stays in this tab, and is forgotten when it is closed.",
  403: "The token is good, but not for this: the console takes the role "
    + "operator. Paste another one.",
};

export function TokenForm({refusal}) {
  const [token, setToken] = useState("");
  const field = useRef(null);
  useEffect(() => field.current.focus(), []);
  const submit = event => {
    event.preventDefault();
    takeToken(token.trim().replace(/^Bearer\s+/i, ""));
  };
  return html`
    <form class="card door" onSubmit=${submit} aria-labelledby="door">
      <h1 id="door">${refusal.status === 403 ? "Another role is needed"
                                             : "Who asks?"}</h1>
      <p>${sentence[refusal.status]}</p>
      ${refusal.detail && html`
        <p class="notice bad" role="alert">${refusal.detail}</p>`}
      <label class="field"><span>Token</span>
        <textarea ref=${field} rows="5" required spellcheck="false"
          autocomplete="off" value=${token}
          onInput=${event => setToken(event.target.value)}
          onKeyDown=${event => event.key === "Enter" && submit(event)}
          ></textarea></label>
      <p class="note">For development:${" "}
        <code>registrar token --secret-file secret --role operator --sub you
        </code></p>
      <div class="buttons"><button class="main">Go on</button></div>
    </form>`;
}
