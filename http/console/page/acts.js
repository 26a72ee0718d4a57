// What can be done, and the sentences that say what it does.

import {openAct} from "./act.js";
import {postJson, root} from "./client.js";
import {plural, words} from "./pure/format.js";

export function nameOf(section) {
  return `${section.course_code} ${section.section_number}`;
}

function sectionPath(section, verb) {
  return `${root}/sections/${section.section_id}/${verb}`;
}

export function askFreeze(section) {
  openAct({
    title: `Freeze ${nameOf(section)}`,
    confirm: "Freeze",
    isHarsh: true,
    says: [
      "From now on nobody registers for this section: they are told "
      + "section_frozen and can try again later.",
      `The ${section.enrolled} who are enrolled and the ${section.waitlisted} `
      + "who wait keep their places. Seats that become free stay free until it "
      + "is thawed; then those who wait go first.",
    ],
    reasons: ["Stopped while we look into it", "Wrong data in this section",
              "Asked for by the department"],
    send: reason => postJson(sectionPath(section, "freeze"), {reason}),
    done: answer => `${nameOf(answer.section)} is ${answer.section.status}.`,
  });
}

export function askThaw(section) {
  openAct({
    title: `Thaw ${nameOf(section)}`,
    confirm: "Thaw",
    says: [
      "Registrations are decided again, at once.",
      section.waitlisted > 0
        ? "Free seats go first to those who wait, in their order."
        : "Nobody waits.",
    ],
    reasons: ["What was wrong is mended", "Frozen by mistake"],
    send: reason => postJson(sectionPath(section, "thaw"), {reason}),
    done: answer => `${nameOf(answer.section)} is ${answer.section.status}.`,
  });
}

export function askCapacity(section) {
  openAct({
    title: `Set the capacity of ${nameOf(section)}`,
    confirm: "Set capacity",
    says: [
      `It has ${plural(section.total_seats, "seat")} now, `
      + `${section.enrolled} of them taken.`,
      "More seats go first to those who wait, in their order. Fewer seats than "
      + "are taken evict nobody; nobody is enrolled until there is room again.",
    ],
    fields: [{name: "total_seats", label: "Seats", type: "number", min: 0,
              max: 1000000, step: 1, defaultValue: section.total_seats}],
    reasons: ["A larger room", "A smaller room", "Asked for by the department"],
    send: (reason, values) => postJson(
      sectionPath(section, "capacity"),
      {total_seats: Number(values.total_seats), reason}),
    done: ({section: x}) => `${nameOf(x)} has `
      + `${plural(x.total_seats, "seat")}, ${x.enrolled} taken.`,
  });
}

// An actor of the list, or of a section's page.
export function askRestart(actor, section = null) {
  const path = section ? sectionPath(section, "restart")
                       : `${root}/actors/restart`;
  const body = section ? {} : {name: actor.name};
  openAct({
    title: `Restart ${actor.label || actor.name}`,
    confirm: "Restart",
    isHarsh: true,
    says: [
      `The actor ${actor.name} ends now, and its supervisor starts it again.`,
      "It loses its memory only: what was decided is in the ledger and the "
      + "journal. Requests that wait for it are asked again or told to.",
    ],
    reasons: ["It is stuck", "It answers wrongly", "A trial"],
    send: reason => postJson(path, {...body, reason}),
    done: answer => `${answer.actor.name} was ended; it had handled `
      + `${plural(answer.actor.messages, "message")}.`,
  });
}

function lettersDone(answer) {
  const {asked, done, kept} = answer.summary;
  const rest = answer.results.filter(x => x.detail).slice(0, 5).map(
    x => `${words(x.status)}: ${x.detail}`);
  return [`${done} of ${asked} done, ${kept} kept.`, ...rest].join(" ");
}

export function askRetry(ids) {
  openAct({
    title: `Retry ${plural(ids.length, "dead letter")}`,
    confirm: "Retry",
    says: ["Each is registered again for its student, as if it were asked for "
           + "now: it may be enrolled, waitlisted or rejected. What is decided "
           + "leaves this list."],
    reasons: ["What SQL refused is mended", "Asked for by the student"],
    send: reason => postJson(`${root}/dead-letters/retry`, {ids, reason}),
    done: lettersDone,
  });
}

export function askDiscard(ids) {
  openAct({
    title: `Discard ${plural(ids.length, "dead letter")}`,
    confirm: "Discard",
    isHarsh: true,
    says: ["They leave this list for good. The students stay without what was "
           + "taken back; their registrations stay shown as failed."],
    reasons: ["The student was told and helped", "A duplicate"],
    send: reason => postJson(`${root}/dead-letters/discard`, {ids, reason}),
    done: lettersDone,
  });
}

// @param about {student_id} or {section_id} or {request_id}
// @param started takes the trace
export function askTrace(about, seconds, started) {
  const [kind, id] = Object.entries(about)[0];
  openAct({
    title: "Start a trace",
    confirm: "Start",
    says: [`For ${seconds} seconds, every step of what concerns the `
           + `${words(kind).replace(" id", "")} ${id} is kept and shown here.`,
           "Operators can see it; nothing is changed."],
    reasons: ["A student asks what happened", "Something is slow", "A trial"],
    send: async reason => {
      const answer = await postJson(
        `${root}/traces`, {...about, for_seconds: seconds, reason});
      started(answer.trace);
      return answer;
    },
    done: () => "The trace is running.",
  });
}

export function askStopTrace(trace) {
  openAct({
    title: "Stop the trace",
    confirm: "Stop",
    says: ["No more steps are kept; those that were stay to be read."],
    reasons: ["It has shown what was asked", "Started by mistake"],
    send: reason => postJson(`${root}/traces/${trace.trace_id}/stop`, {reason}),
    done: answer => `It holds ${plural(answer.trace.events, "step")}.`,
  });
}

function nodePath(verb) {
  return `${root}/cluster/${verb}`;
}

// What becomes of a node's partitions: somebody must be there to take them.
function whoTakes(node, cluster) {
  const others = cluster.nodes.filter(
    x => x.name !== node.name && x.alive && !x.drained && !x.joining
      && !x.leaving);
  return others.length > 0
    ? `Its ${plural(node.partitions, "partition")} move to `
      + `${others.map(x => x.name).join(", ")} within seconds; each is held up `
      + "for a moment, and no decision is lost."
    : `No other node can take its ${plural(node.partitions, "partition")} now: `
      + "they may be left without an owner.";
}

export function askDrain(node, cluster) {
  openAct({
    title: `Drain ${node.name}`,
    confirm: "Drain",
    isHarsh: true,
    says: [
      whoTakes(node, cluster),
      `${node.name} serves on, and asks the others. It owns nothing until it `
      + "is taken back.",
    ],
    reasons: ["It is to be updated", "It is slow", "A trial"],
    send: reason => postJson(nodePath("drain"), {node: node.name, reason}),
    done: () => `${node.name} is drained; the map shows its partitions move.`,
  });
}

export function askTakeBack(node) {
  openAct({
    title: `Take ${node.name} back`,
    confirm: "Take back",
    says: [`${node.name} gets its share of the partitions within seconds; each `
           + "is held up for a moment, and no decision is lost."],
    reasons: ["It is updated", "It is well again", "Drained by mistake"],
    send: reason => postJson(nodePath("undrain"), {node: node.name, reason}),
    done: () => `${node.name} is taken back; the map shows what it gets.`,
  });
}

export function askRebalance(cluster) {
  const drained = cluster.nodes.filter(x => x.drained).map(x => x.name);
  openAct({
    title: "Rebalance the cluster",
    confirm: "Rebalance",
    says: [
      "Every node that lives gets its share of the partitions within seconds; "
      + "each that moves is held up for a moment, and no decision is lost.",
      drained.length > 0
        ? `Drained nodes are taken back: ${drained.join(", ")}.`
        : "No node is drained: what is shared out evenly already stays.",
    ],
    reasons: ["A node has come", "The work is done", "A trial"],
    send: reason => postJson(nodePath("rebalance"), {reason}),
    done: () => "The map shows what moves.",
  });
}
