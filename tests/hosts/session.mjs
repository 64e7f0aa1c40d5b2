// A made session that is longer than any answer: a few turns of many tool calls with long results. It is the same at every run.

export const SESSION_ID = "ses-made-for-hosts";

const TURNS = 6;
const CALLS = 40;
const WORDS =
  "archive branch cache column cursor delta edge field gate handle index join kernel ledger marker node offset packet queue range scope token union value window café naïve größer 数据 →".split(" ");

export function madeSession() {
  const random = numbers(20);
  const events = [];
  for (let turn = 1; turn <= TURNS; turn++) {
    events.push({ type: "user_input", content: `Part ${turn}: ${text(random, 40)}` });
    for (let call = 1; call <= CALLS; call++) {
      const call_id = `call_${turn}_${call}`;
      events.push({ type: "tool_call", call_id, name: "bash", arguments: { command: `python check.py part-${turn}/file-${call}.txt --for "${text(random, 2)}"` } });
      // Some fail, so that the answer has to show more than a few lines of them.
      const returncode = call % 7 === 0 ? 1 : 0;
      events.push({ type: "tool_result", call_id, name: "bash", result: { returncode, output: lines(random, turn, call) } });
    }
    events.push({ type: "text", content: `Part ${turn} is done. ${text(random, 60)}` }, { type: "stop", is_error: false, error: null, usage: {} });
  }
  return { session_id: SESSION_ID, last_updated_at: "2026-05-06T08:15:02", generated_title: "A made session for hosts", events };
}

function lines(random, turn, call) {
  return Array.from({ length: 20 }, (_, line) => `part-${turn}/file-${call}.txt:${line + 1}: ${text(random, 8)}`).join("\n");
}

function text(random, count) {
  return Array.from({ length: count }, () => WORDS[random() % WORDS.length]).join(" ");
}

/** Numbers that look random, the same ones for the same seed. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
}
