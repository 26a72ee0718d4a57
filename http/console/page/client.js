// Asks the service. Every fault is a `failed`: with the service's problem, or
// with status 0 where no answer came.

import {bearerFields, refused} from "./access.js";

export const root = "/api/v1/ops";
// An answer that has not come by then will not.
const patienceMs = 15000;

export class failed extends Error {
  constructor(status, code, detail, members = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.members = members;
  }
}

async function problemOf(response) {
  const text = await response.text();
  let x = {};
  try {
    x = JSON.parse(text);
  } catch (fault) {
    // A proxy's page: its status has to do.
    if (!(fault instanceof SyntaxError))
      throw fault;
  }
  return new failed(response.status, x.code ?? "",
                    x.detail ?? `The answer was ${response.status}.`, x);
}

// The response of a request that was let in and understood.
export async function ask(path, init = {}) {
  const fields = {Accept: "application/json", ...bearerFields(),
                  ...init.headers};
  let response;
  try {
    response = await fetch(path, {...init, headers: fields, cache: "no-store"});
  } catch (fault) {
    if (init.signal?.aborted && init.signal.reason?.name !== "TimeoutError")
      throw fault;
    throw new failed(0, "", "No answer came from the service.");
  }
  if (response.ok)
    return response;
  const why = await problemOf(response);
  if (why.status === 401 || why.status === 403)
    refused(why.status, why.message);
  throw why;
}

export async function getJson(path) {
  const response = await ask(path, {signal: AbortSignal.timeout(patienceMs)});
  return response.json();
}

export async function postJson(path, body) {
  const response = await ask(path, {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patienceMs),
  });
  return response.json();
}
