// A value that components follow.

import {useEffect, useState} from "preact/hooks";

export function createStore(value) {
  const followers = new Set();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value))
        return;
      value = next;
      followers.forEach(x => x());
    },
    follow(act) {
      followers.add(act);
      return () => followers.delete(act);
    },
  };
}

export function useStore(store) {
  const [, redraw] = useState({});
  useEffect(() => {
    // It may have changed between the drawing and now.
    redraw({});
    return store.follow(() => redraw({}));
  }, [store]);
  return store.get();
}
