// Finds a section by its course or id while somebody types.

import {useEffect, useState} from "preact/hooks";
import {failed, getJson, root} from "../client.js";
import {html} from "../html.js";
import {count, plural} from "../pure/format.js";
import {toPlace, withQuery} from "../pure/place.js";
import {nameOf} from "../acts.js";
import {State} from "./words.js";

const typingMs = 150;
const limit = 12;

// {sections, fault}: what was found for the text, or null while that is not
// known.
function useFound(text) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (text === "") {
      setFound(null);
      return undefined;
    }
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const next = await find(text);
      if (isCurrent)
        setFound(next);
    }, typingMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text]);
  return found;
}

async function find(text) {
  try {
    const x = await getJson(withQuery(`${root}/sections`, {find: text, limit}));
    return {sections: x.sections, fault: ""};
  } catch (fault) {
    if (!(fault instanceof failed))
      throw fault;
    return {sections: [], fault: fault.message};
  }
}

function Option({section, id, isChosen, open}) {
  return html`
    <li id=${id} role="option" aria-selected=${isChosen}
      onMouseDown=${event => event.preventDefault()} onClick=${open}>
      <b>${nameOf(section)}</b>
      <span class="name">${section.course_name}</span>
      <span class="number">${count(section.enrolled)} of${" "}
        ${plural(section.total_seats, "seat")}</span>
      <${State} is=${section.status} />
    </li>`;
}

function summary(text, found) {
  if (text === "" || !found)
    return "";
  if (found.fault)
    return found.fault;
  return found.sections.length === 0
    ? "No section has this in its course, name or id."
    : found.sections.length === limit
      ? `The first ${limit} sections`
      : plural(found.sections.length, "section");
}

export function SectionSearch() {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = useFound(text.trim());
  const sections = found?.sections ?? [];
  useEffect(() => setAt(0), [found]);
  const open = section => {
    setText("");
    location.hash = toPlace("sections", section.section_id);
  };
  const move = (event, step) => {
    event.preventDefault();
    setAt((at + step + sections.length) % Math.max(1, sections.length));
  };
  const onKey = event => {
    if (event.key === "ArrowDown")
      move(event, 1);
    else if (event.key === "ArrowUp")
      move(event, -1);
    else if (event.key === "Enter" && sections[at])
      open(sections[at]);
    else if (event.key === "Escape")
      setText("");
  };
  return html`
    <div class="search">
      <label><span>Find a section</span>
        <input data-filter type="search" role="combobox"
          aria-expanded=${sections.length > 0} aria-controls="found"
          aria-autocomplete="list" autocomplete="off"
          aria-activedescendant=${sections[at] ? `found-${at}` : undefined}
          placeholder="course, name or id" value=${text} onKeyDown=${onKey}
          onInput=${event => setText(event.target.value)} /></label>
      <p class="note" role="status">${summary(text.trim(), found)}</p>
      <ul id="found" role="listbox" aria-label="Sections found"
        hidden=${sections.length === 0}>
        ${sections.map((x, i) => html`
          <${Option} key=${x.section_id} id=${`found-${i}`} section=${x}
            isChosen=${i === at} open=${() => open(x)} />`)}
      </ul>
    </div>`;
}
