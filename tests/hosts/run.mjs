// Runs real hosts against our server, each with a scripted model in place of its own. Prints a table of what their models get of our answers,
// and exits with 1 if an answer is not whole:
//
//   node tests/hosts/run.mjs --server PATH [--only codex,gemini] [--limits]
//
// PATH is the native file, or the .dll that `dotnet build` makes. --limits measures how long an answer each host shows whole, for KnownHost.cs.
// Hosts are installed from npm at the first run. Delete the folder that is printed to get later versions.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { wholeAnswer } from "./answers.mjs";
import * as checks from "./checks.mjs";
import { hosts } from "./hosts.mjs";
import { CACHE, install, installNode } from "./install.mjs";
import * as limits from "./limits.mjs";
import { madeSessions, SESSION } from "./session.mjs";

const options = readOptions();
const work = mkdtempSync(join(tmpdir(), "chat-mcp-hosts-work-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

const sessions = join(work, "sessions");
mkdirSync(sessions);
for (const session of madeSessions()) writeFileSync(join(sessions, `${session.session_id}.json`), JSON.stringify(session));
const server = serverAt(options.server, ["--sessions", sessions, "--archive", "none"]);

try {
  await wholeAnswer(server, { session_id: SESSION });
} catch (error) {
  console.error(`${options.server} cannot be used. ${error.message}`);
  process.exit(2);
}

console.error(`Hosts are installed in ${CACHE}.`);
const nodeBin = await installNode();
const rows = [];
let skipped = 0;
for (const host of hosts.filter(({ id }) => options.only.length === 0 || options.only.includes(id))) {
  const home = join(work, host.id);
  mkdirSync(home);
  try {
    const installed = await install(host.package, nodeBin);
    const setup = { installed, nodeBin, home, server };
    rows.push(...(await (options.limits ? limits.measure(host, setup) : checks.check(host, setup))));
  } catch (error) {
    skipped++;
    console.error(`${host.name} is skipped. ${error.message}`);
  }
}

printTable(options.limits ? limits.COLUMNS : checks.COLUMNS, rows);
if (skipped > 0) console.log(`\n${skipped} skipped; the reasons are above.`);
process.exitCode = rows.length === 0 || rows.some(({ isBad }) => isBad) ? 1 : 0;

function serverAt(path, args) {
  const file = resolve(path);
  return file.endsWith(".dll") ? { command: "dotnet", args: [file, ...args] } : { command: file, args };
}

function printTable(columns, rows) {
  const line = (cells) => console.log(`| ${cells.join(" | ")} |`);
  line(columns);
  line(columns.map(() => "---"));
  for (const row of rows) line(columns.map((column) => row[column] ?? ""));
}

function readOptions() {
  const names = hosts.map(({ id }) => id);
  try {
    const { values } = parseArgs({ options: { server: { type: "string" }, only: { type: "string" }, limits: { type: "boolean" } } });
    if (!values.server) throw new Error("Say with --server where the server is.");
    const only = values.only?.split(",") ?? [];
    const unknown = only.find((id) => !names.includes(id));
    if (unknown) throw new Error(`There is no host '${unknown}'.`);
    return { ...values, only };
  } catch (error) {
    console.error(`${error.message}\nUsage: node tests/hosts/run.mjs --server PATH [--only HOSTS] [--limits]\nHOSTS: ${names.join(",")}`);
    process.exit(2);
  }
}
