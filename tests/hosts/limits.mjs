// Measures how long an answer may be for a host to show it whole. The server is told another name, so that it does not fit its answers.
import { converse } from "./conversation.mjs";
import { ACCENTS, SESSION } from "./session.mjs";
import { isWhole, number } from "./verdict.mjs";

const LEAST = 500;
const MOST = 25_000;
const STEP = 25;
const SECONDS = 400;

export const COLUMNS = ["host", "version", "session", "longest whole, characters", "bytes", "shortest not whole, characters", "bytes ", "characters passed on of it"];

/** A row for each session: in a session with accents, a host that counts bytes shows fewer characters whole. */
export async function measure(host, setup) {
  const rows = [];
  for (const [name, session_id] of [["plain", SESSION], ["accents", ACCENTS]]) {
    console.error(`${host.name} ${setup.installed.version}, ${name}`);
    const found = { whole: null, cut: null };
    const { client, ending } = await converse(host, { ...setup, as: "claude-code", seconds: SECONDS }, halve(session_id, found));
    if (!client) throw new Error(`It did not start our server. ${ending}`);
    if (!found.isDone) console.error(`The measurement did not end. ${ending}`);
    rows.push({
      host: host.name,
      version: setup.installed.version,
      session: name,
      ...columns(found.whole, "longest whole, characters", "bytes"),
      ...columns(found.cut, "shortest not whole, characters", "bytes "),
      "characters passed on of it": found.cut && number(found.cut.passed),
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
      const size = { characters: answer.length, bytes: Buffer.byteLength(answer), passed: passed.length };
      if (isWhole(texts, passed)) [low, found.whole] = [asked, size];
      else [high, found.cut] = [asked, size];
      found.isDone = high - low <= STEP || low === MOST;
      if (found.isDone) return null;
      asked = Math.floor((low + high) / 2);
    }
    return { session_id, max_tokens: asked };
  };
}

function columns(size, characters, bytes) {
  return size ? { [characters]: number(size.characters), [bytes]: number(size.bytes) } : {};
}
