import {render} from "preact";
import {html} from "./html.js";
import {Shell} from "./shell.js";

const place = document.getElementById("console");
place.replaceChildren();
render(html`<${Shell} />`, place);
