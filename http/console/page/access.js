// Who asks. Where the service wants tokens, the operator pastes one; it is
// kept until the tab is closed, and sent with every question.

import {createStore} from "./store.js";

const key = "registrar-token";

// {token, refusal}: `refusal` is {status, detail} while the service lets nobody
// in who asks like this.
export const access = createStore(
  {token: sessionStorage.getItem(key) ?? "", refusal: null});

export function takeToken(token) {
  if (token)
    sessionStorage.setItem(key, token);
  else
    sessionStorage.removeItem(key);
  access.set({token, refusal: null});
}

export function refused(status, detail) {
  const {token} = access.get();
  // Who has not been asked yet has done nothing wrong.
  access.set({token, refusal: {status, detail: token ? detail : ""}});
}

export function forgetToken() {
  takeToken("");
  refused(401, "");
}

export function bearerFields() {
  const {token} = access.get();
  return token ? {Authorization: `Bearer ${token}`} : {};
}
