// What an operator does goes through one dialog, which says what will happen,
// asks why, and shows the answer.

import {createStore} from "./store.js";

// The act that is asked about, or null:
//
// - `title`, `confirm`: what it is, and the button's word
// - `says`: sentences that say exactly what will happen
// - `reasons`: the usual ones; the first is there already
// - `fields`: [{name, label, type, value, ...attributes}], asked for besides
// - `isHarsh`: it takes something away from somebody
// - `send(reason, values)`: does it, and promises the service's answer
// - `done(answer)`: the sentences, or what else to show, of success
export const act = createStore(null);

export function openAct(what) {
  act.set(what);
}

export function closeAct() {
  act.set(null);
}
