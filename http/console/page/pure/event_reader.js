// Server-Sent Events out of the pieces of text in which they come.

// An event's lines as {event, data}; null where it is a comment alone.
function parsed(block) {
  const data = [];
  let event = "message";
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0)
      continue;
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (line.slice(0, colon) === "event")
      event = value;
    else if (line.slice(0, colon) === "data")
      data.push(value);
  }
  return data.length > 0 ? {event, data: data.join("\n")} : null;
}

// A function that takes the next piece and gives the events it completes.
export function eventReader() {
  let rest = "";
  return piece => {
    rest = (rest + piece).replaceAll("\r\n", "\n");
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    return blocks.map(parsed).filter(x => x !== null);
  };
}
