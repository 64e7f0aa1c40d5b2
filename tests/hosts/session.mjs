// Made sessions that are longer than any answer: a few turns of many tool calls with long results. They are the same at every run.

export const SESSION = "ses-made-for-hosts";
export const ACCENTS = "ses-made-with-accents";
export const SHORT_LINES = "ses-made-of-short-lines";

const TURNS = 6;
const CALLS = 40;
const PLAIN = "archive branch cache column cursor delta edge field gate handle index join kernel ledger marker node offset packet queue range scope";
const ACCENTED = "café naïve größer élève señor über façade Ångström piñata jalapeño crème brûlée déjà";

/** One in plain letters, with a few others; one in which most words have accents; one whose results are lists of words. */
export function madeSessions() {
  const words = `${PLAIN} café größer →`.split(" ");
  const long = (text, place) => Array.from({ length: 20 }, (_, line) => `${place}:${line + 1}: ${text(8)}`);
  const short = (text) => Array.from({ length: 400 }, () => text(1));
  return [
    madeSession(SESSION, words, long),
    madeSession(ACCENTS, `${ACCENTED} archive branch cache`.split(" "), long),
    madeSession(SHORT_LINES, words, short),
  ];
}

function madeSession(session_id, words, lines) {
  const random = numbers(20);
  const text = (count) => Array.from({ length: count }, () => words[random() % words.length]).join(" ");
  const events = [];
  for (let turn = 1; turn <= TURNS; turn++) {
    events.push({ type: "user_input", content: `Part ${turn}: ${text(40)}` });
    for (let call = 1; call <= CALLS; call++) {
      const call_id = `call_${turn}_${call}`;
      const place = `part-${turn}/file-${call}.txt`;
      events.push({ type: "tool_call", call_id, name: "bash", arguments: { command: `python check.py ${place} --for "${text(2)}"` } });
      // Some fail, so that the answer has to show more than a few lines of them.
      const returncode = call % 7 === 0 ? 1 : 0;
      events.push({ type: "tool_result", call_id, name: "bash", result: { returncode, output: lines(text, place).join("\n") } });
    }
    events.push({ type: "text", content: `Part ${turn} is done. ${text(60)}` }, { type: "stop", is_error: false, error: null, usage: {} });
  }
  return { session_id, last_updated_at: "2026-05-06T08:15:02", generated_title: "A made session for hosts", events };
}

/** Numbers that look random, the same ones for the same seed. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
