// One conversation of a host with a scripted model, which calls our tool once or several times.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { recorded } from "./answers.mjs";
import { pathWith } from "./install.mjs";
import { ScriptedModel } from "./model.mjs";
import { run } from "./processes.mjs";

const BETWEEN = fileURLToPath(new URL("between.mjs", import.meta.url));

/**
 * Starts the host in `home`. `next(passed, texts)` says with which arguments to call the tool, first and after each result; null ends the
 * conversation. `passed` is what the host passed on of the answer, whose texts are `texts`. The server sees the host's own name, or `as`.
 * Returns what was recorded, `passed` and `request` of the last call, and a sentence of how the host ended.
 */
export async function converse(host, { installed, nodeBin, home, server, as, seconds }, next) {
  const record = join(home, `record-${Date.now()}.jsonl`);
  const model = new ScriptedModel(host.api, "get_chat_session", (passed) => next(passed, recorded(record).answers.at(-1)?.texts));
  const setup = {
    home,
    model: await model.start(),
    server: { command: process.execPath, args: [BETWEEN, record, as ?? "", server.command, ...server.args] },
  };
  try {
    for (const [name, content] of Object.entries(host.files(setup))) write(join(home, name), content);
    const cwd = join(home, "project");
    mkdirSync(cwd, { recursive: true });
    const env = { PATH: pathWith(installed.bin, nodeBin), HOME: home, LANG: "C.UTF-8", NO_COLOR: "1", ...host.env(setup) };
    const output = await run(host.program, host.args(setup), { cwd, env, seconds });
    return { ...recorded(record), passed: model.passed, request: model.request, ending: ending(output, seconds) };
  } finally {
    model.stop();
  }
}

function ending({ code, stdout, stderr }, seconds) {
  const line = (stdout + stderr).trim().split("\n").at(-1).slice(0, 200);
  return code === null ? `It was stopped after ${seconds} seconds: ${line}` : `It ended with ${code}: ${line}`;
}

function write(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}
