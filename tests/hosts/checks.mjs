// Checks what a host's model gets of our answers, as people use the host.
import { wholeAnswer } from "./answers.mjs";
import { converse } from "./conversation.mjs";
import { ACCENTS, SESSION, SHORT_LINES } from "./session.mjs";
import { fault, number } from "./verdict.mjs";

// The default; what a host without a known limit should show; the most that can be asked for, which most hosts do not show whole. The last two
// are where a host that counts something else than the server thinks would show less.
const CASES = [
  { session_id: SESSION },
  { session_id: SESSION, max_tokens: 10_000 },
  { session_id: ACCENTS, max_tokens: 25_000 },
  { session_id: SHORT_LINES, max_tokens: 25_000 },
];
const SHOWN_BY_MOST = 10_000;
const SECONDS = 120;

export const COLUMNS = ["host", "version", "clientInfo", "protocol", "session", "max_tokens", "characters passed on", "whole", "note"];

/** A row for each case. A host that never starts our server is skipped: that says nothing about the server. */
export async function check(host, setup) {
  const rows = [];
  for (const args of CASES) {
    const asked = args.max_tokens ? number(args.max_tokens) : "default";
    console.error(`${host.name} ${setup.installed.version}, ${args.session_id}, max_tokens ${asked}`);
    const whole = await wholeAnswer(setup.server, args);
    const heard = await converse(host, { ...setup, seconds: SECONDS }, (passed) => (passed === null ? args : null));
    if (!heard.client && rows.length === 0) throw new Error(`It did not start our server. ${heard.ending}`);
    const { wrong, note } = judge(host, args, whole, heard);
    rows.push({
      host: host.name,
      version: setup.installed.version,
      clientInfo: heard.client?.name,
      protocol: heard.protocol,
      session: args.session_id,
      max_tokens: asked,
      "characters passed on": heard.passed && number(heard.passed.length),
      whole: wrong ? "no" : "yes",
      note: wrong ?? note,
      isBad: Boolean(wrong),
    });
  }
  return rows;
}

function judge(host, args, whole, { answers: [answer], passed, request, ending }) {
  if (!answer) return { wrong: `did not call the tool. ${ending}` };
  if (passed === null) return { wrong: `did not pass the answer on. ${ending}` };
  const wrong = fault(answer, passed, request);
  if (wrong || answer.texts[0] === whole) return { wrong };

  const last = answer.texts.at(-1);
  const fitted = /^Cut to max_tokens=(\d+) /.exec(last);
  if (!fitted) return { wrong: "the answer is not what the server gives others, and does not say why" };
  const mayBeFitted = host.isFitted || args.max_tokens > SHOWN_BY_MOST;
  return mayBeFitted ? { note: `fitted to max_tokens=${fitted[1]}` } : { wrong: last };
}
