// Follows what the service tells: as a stream, or by asking again and again.
// Whatever breaks is tried again after growing pauses; while the tab is hidden
// nothing is asked.

import {useEffect, useState} from "preact/hooks";
import {ask, failed, getJson} from "./client.js";
import {createStore} from "./store.js";
import {pauseMs} from "./pure/backoff.js";
import {eventReader} from "./pure/event_reader.js";

// A stream says something each second; one that is silent for so long is dead.
const silenceMs = 5000;

// What the banner says: {since, detail, status} of the follower that is without
// answer for longest, or null.
export const lost = createStore(null);

const followers = new Set();

function tellLost() {
  const all = [...followers].map(x => x.lost).filter(x => x !== null);
  all.sort((a, b) => a.since - b.since);
  lost.set(all[0] ?? null);
}

export function tryNow() {
  followers.forEach(x => x.wake());
}

// Something was changed from here: what is asked for now and then is old.
export function acted() {
  followers.forEach(x => x.isPolled && x.wake());
}

document.addEventListener("visibilitychange", () => {
  followers.forEach(x => document.hidden ? x.cut() : x.wake());
});

class follower {
  constructor(path, everyMs, tell) {
    Object.assign(this, {path, everyMs, tell, isPolled: everyMs > 0,
                         lost: null, failures: 0, isStopped: false});
    this.lastAt = Date.now();
    followers.add(this);
    this.run();
  }

  stop() {
    this.isStopped = true;
    followers.delete(this);
    tellLost();
    this.cut();
    this.wake();
  }

  cut() {
    this.controller?.abort(new DOMException("Not looked at.", "AbortError"));
  }

  wake() {
    this.awake?.();
  }

  pause(ms) {
    return new Promise(done => {
      const timer = ms === Infinity ? 0 : setTimeout(done, ms);
      this.awake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  async run() {
    while (!this.isStopped) {
      if (document.hidden)
        await this.pause(Infinity);
      else
        await this.once();
    }
  }

  async once() {
    try {
      await (this.isPolled ? this.poll() : this.stream());
    } catch (fault) {
      if (this.isStopped || document.hidden)
        return;
      if (!(fault instanceof failed))
        throw fault;
      await this.after(fault);
    }
  }

  async poll() {
    this.heard(await getJson(this.path));
    await this.pause(this.everyMs);
  }

  async stream() {
    this.controller = new AbortController();
    const alarm = this.watchSilence(this.controller);
    try {
      const response = await ask(this.path, {
        headers: {Accept: "text/event-stream"},
        signal: this.controller.signal,
      });
      await this.read(response.body.getReader(), alarm);
    } catch (fault) {
      throw fault instanceof failed || this.isStopped || document.hidden
        ? fault
        : new failed(0, "", "The stream broke off.");
    } finally {
      alarm.end();
      this.controller.abort();
    }
    throw new failed(0, "", "The service ended the stream.");
  }

  watchSilence(controller) {
    let timer;
    const end = () => clearTimeout(timer);
    const again = () => {
      end();
      timer = setTimeout(() => controller.abort(), silenceMs);
    };
    again();
    return {again, end};
  }

  async read(reader, alarm) {
    const text = new TextDecoder();
    const take = eventReader();
    for (;;) {
      const {value, done} = await reader.read();
      if (done)
        return;
      alarm.again();
      for (const {event, data} of take(text.decode(value, {stream: true}))) {
        if (event === "state")
          this.heard(JSON.parse(data));
        else if (event === "problem")
          this.heardProblem(JSON.parse(data));
      }
    }
  }

  heard(data) {
    if (this.isStopped)
      return;
    this.answered();
    this.tell({data, status: "live", problem: null});
  }

  // The stream is well, what it is about is not.
  heardProblem(problem) {
    this.answered();
    this.tell({status: "live", problem});
  }

  answered() {
    this.lastAt = Date.now();
    this.failures = 0;
    if (this.lost) {
      this.lost = null;
      tellLost();
    }
  }

  async after(fault) {
    const {status, message} = fault;
    if (status >= 400 && status < 500 && status !== 429) {
      this.tell({status: "refused", problem: {detail: message, status}});
      await this.pause(Infinity);
      return;
    }
    this.lost ??= {since: this.failures === 0 ? this.lastAt : Date.now()};
    this.lost = {...this.lost, detail: message, status};
    this.tell({status: "lost"});
    tellLost();
    await this.pause(pauseMs(this.failures++));
  }
}

const nothingYet = {data: null, status: "connecting", problem: null};

// What a component shows of `path`: {data, status, problem, isOld}. Without
// `everyMs` it is a stream. A null path asks nothing.
export function useLive(path, everyMs = 0) {
  const [state, setState] = useState(nothingYet);
  useEffect(() => {
    if (path === null)
      return undefined;
    const one = new follower(path, everyMs, x => setState(
      old => ({...old, ...x})));
    return () => one.stop();
  }, [path, everyMs]);
  const isOld = state.data !== null
    && (state.status === "lost" || state.problem !== null);
  return {...state, isOld};
}
