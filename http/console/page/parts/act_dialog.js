import {useEffect, useLayoutEffect, useRef, useState} from "preact/hooks";
import {act, closeAct} from "../act.js";
import {failed} from "../client.js";
import {html} from "../html.js";
import {acted} from "../live.js";
import {useStore} from "../store.js";

export const reasonLengthMax = 500;

const auditSentence = {
  written: "The audit log has who, what and why.",
  pending: "SQL does not take the audit row now; it is tried until it does.",
};

// What is known after a request that failed. Without an answer it may have been
// done all the same.
function faultText(fault) {
  return fault.status === 0
    ? `${fault.message} It may or may not have been done: look at the page `
      + "behind this, and at Acts, before you do it again."
    : fault.message;
}

function Field({label, name, ...rest}) {
  return html`
    <label class="field"><span>${label}</span>
      <input name=${name} required ...${rest} />
    </label>`;
}

function Reasons({reasons, take}) {
  return html`
    <div class="chips" role="group" aria-label="Usual reasons">
      ${reasons.map(x => html`
        <button type="button" class="chip" key=${x}
          onClick=${() => take(x)}>${x}</button>`)}
    </div>`;
}

function Question({what, stage, send, cancel}) {
  const [reason, setReason] = useState(what.reasons[0] ?? "");
  const form = useRef(null);
  const field = useRef(null);
  useEffect(() => {
    // What is there already is typed over, or taken by Enter.
    const first = form.current.querySelector("input");
    first.focus();
    first.select();
  }, []);
  const submit = event => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    send(reason.trim(), values);
  };
  const take = x => {
    setReason(x);
    field.current.focus();
  };
  return html`
    <form ref=${form} onSubmit=${submit}>
      ${what.says.map(x => html`<p>${x}</p>`)}
      ${(what.fields ?? []).map(x => html`<${Field} key=${x.name} ...${x} />`)}
      <label class="field"><span>Reason, for the audit log</span>
        <input ref=${field} value=${reason} required
          maxlength=${reasonLengthMax} pattern=".*\\S.*"
          title="Say why; it goes to the audit log" autocomplete="off"
          onInput=${event => setReason(event.target.value)} />
      </label>
      <${Reasons} reasons=${what.reasons} take=${take} />
      ${stage.fault && html`
        <p class="notice bad" role="alert"><b>It was not done.</b>${" "}
          ${faultText(stage.fault)}</p>`}
      <div class="buttons">
        <button type="button" onClick=${cancel}>Cancel</button>
        <button type="submit" class=${what.isHarsh ? "harsh" : "main"}
          disabled=${stage.isSending}>
          ${stage.isSending ? "Asking …" : what.confirm}</button>
      </div>
    </form>`;
}

function Answer({what, answer, close}) {
  const button = useRef(null);
  useEffect(() => button.current.focus(), []);
  return html`
    <div>
      <div role="status">
        <p class="notice good"><b>Done.</b> ${what.done(answer)}</p>
        <p>${auditSentence[answer.audit]}</p>
      </div>
      <div class="buttons">
        <button ref=${button} class="main" onClick=${close}>Close</button>
      </div>
    </div>`;
}

function Dialog({what}) {
  const dialog = useRef(null);
  const [stage, setStage] = useState({});
  useLayoutEffect(() => {
    const one = dialog.current;
    const opener = document.activeElement;
    one.showModal();
    return () => {
      one.close();
      opener?.focus();
    };
  }, []);
  const send = async (reason, values) => {
    setStage({isSending: true});
    try {
      const answer = await what.send(reason, values);
      acted();
      setStage({answer});
    } catch (fault) {
      if (!(fault instanceof failed))
        throw fault;
      setStage({fault});
    }
  };
  return html`
    <dialog ref=${dialog} aria-labelledby="act-title" onClose=${closeAct}>
      <h2 id="act-title">${what.title}</h2>
      ${stage.answer
        ? html`<${Answer} what=${what} answer=${stage.answer}
            close=${closeAct} />`
        : html`<${Question} what=${what} stage=${stage} send=${send}
            cancel=${closeAct} />`}
    </dialog>`;
}

export function ActDialog() {
  const what = useStore(act);
  return what && html`<${Dialog} key=${what.title} what=${what} />`;
}
