// Stands between a host and our server, and writes down what they say to each other:  between.mjs RECORD NAME COMMAND ARGUMENTS…
// The record tells which name the host gave, and which answer it got. Nothing that passes is changed, except that the server is told NAME
// instead of the host's own name, unless it is empty.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [record, name, command, ...args] = process.argv.slice(2);
const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });

pass(process.stdin, server.stdin, "host");
pass(server.stdout, process.stdout, "server");
server.on("error", (error) => fail(error.message));
server.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));

function pass(source, target, from) {
  // A host that has gone, or a server that ended, is seen at the other end.
  target.on("error", () => {});
  createInterface({ input: source })
    .on("line", (line) => {
      write({ from, line });
      target.write(renamed(line) + "\n");
    })
    .on("close", () => target.end());
}

function renamed(line) {
  if (!name || !line.includes("clientInfo")) return line;
  return JSON.stringify(JSON.parse(line, (key, value) => (key.endsWith("clientInfo") ? { ...value, name } : value)));
}

// A host may start several servers: the process says which of them a line belongs to.
function write(entry) {
  appendFileSync(record, JSON.stringify({ process: process.pid, ...entry }) + "\n");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
