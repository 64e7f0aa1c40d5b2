#!/usr/bin/env node
// Starts the native file of this platform, which is in an optional package of its own, and ends as it does.
"use strict";

const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const path = require("node:path");

const { optionalDependencies } = JSON.parse(readFileSync(path.join(__dirname, "package.json"), "utf8"));
const scope = `${Object.keys(optionalDependencies)[0].split("/")[0]}/`;
const names = { darwin: "osx", win32: "win" };
// On Alpine and other systems without glibc, Node does not report a version of it.
const isMusl = process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;
const platform = `${names[process.platform] ?? process.platform}${isMusl ? "-musl" : ""}-${process.arch}`;

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

if (!(scope + platform in optionalDependencies))
  fail(
    `chat-mcp-server has no file for ${platform}. It has for ${Object.keys(optionalDependencies)
      .map((name) => name.slice(scope.length))
      .join(", ")}. With the .NET 10 SDK, \`dotnet tool install -g ChatMcpServer\` works elsewhere.`,
  );

let folder;
try {
  folder = path.dirname(require.resolve(`${scope}${platform}/package.json`));
} catch {
  fail(`The package ${scope}${platform} is missing. Install chat-mcp-server again, without --omit=optional or --no-optional.`);
}

const file = path.join(folder, process.platform === "win32" ? "chat-mcp-server.exe" : "chat-mcp-server");
const child = spawn(file, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
child.on("error", (error) => fail(`Cannot start ${file}: ${error.message}`));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  // Ends by the same signal, so that whoever started this sees it.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
