// Measures how long an answer may be for a host to show it whole. The server is told another name, so that it does not fit its answers.
import { converse } from "./conversation.mjs";
import { ACCENTS, SESSION, SHORT_LINES } from "./session.mjs";
import { isWhole, number } from "./verdict.mjs";

const LEAST = 500;
const MOST = 25_000;
const STEP = 25;
const SECONDS = 400;

// A host that counts bytes shows fewer characters of the second whole; one that counts lines, of the third.
const SESSIONS = [
  ["plain", SESSION],
  ["accents", ACCENTS],
  ["short lines", SHORT_LINES],
];

export const COLUMNS = ["host", "version", "session", "longest shown whole", "shortest not shown whole", "passed on of that"];

/** A row for each session. */
export async function measure(host, setup) {
  const rows = [];
  for (const [name, session_id] of SESSIONS) {
    console.error(`${host.name} ${setup.installed.version}, ${name}`);
    const found = { whole: null, cut: null };
    const { client, ending } = await converse(host, { ...setup, as: "claude-code", seconds: SECONDS }, halve(session_id, found));
    if (!client) throw new Error(`It did not start our server. ${ending}`);
    if (!found.isDone) console.error(`The measurement did not end. ${ending}`);
    rows.push({
      host: host.name,
      version: setup.installed.version,
      session: name,
      "longest shown whole": sizes(found.whole),
      "shortest not shown whole": sizes(found.cut),
      "passed on of that": found.cut && `${number(found.cut.passed)} characters`,
    });
  }
  return rows;
}

/** Asks for the longest answer first, and then halves the range in which the longest whole one must be. */
function halve(session_id, found) {
  let low = LEAST;
  let high = MOST;
  let asked = MOST;
  return (passed, texts) => {
    if (passed !== null) {
      const answer = texts.join("\n");
      const size = { characters: answer.length, bytes: Buffer.byteLength(answer), lines: answer.split("\n").length, passed: passed.length };
      if (isWhole(texts, passed)) [low, found.whole] = [asked, size];
      else [high, found.cut] = [asked, size];
      found.isDone = high - low <= STEP || low === MOST;
      if (found.isDone) return null;
      asked = Math.floor((low + high) / 2);
    }
    return { session_id, max_tokens: asked };
  };
}

function sizes(size) {
  return size && `${number(size.characters)} characters, ${number(size.bytes)} bytes, ${number(size.lines)} lines`;
}
