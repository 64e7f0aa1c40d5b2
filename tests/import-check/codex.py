#!/usr/bin/env python3
"""Checks an import of Codex rollouts against the rollouts themselves.

    codex.py SERVER PATH...

Imports the files into a new archive with the program SERVER (chat-mcp-server), exports it, and compares. It reads the rollouts by itself, so
that it does not share the importer's mistakes: what a person or an agent said must be found in the export, and nothing that a program said may
be a user's. Prints a table and each thing that is lost; the exit code is 1 if there is any.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = re.compile(
    r"^\s*(<(environment_context|user_instructions|turn_aborted|permissions instructions|skill|recommended_plugins|INSTRUCTIONS|"
    r"subagent_notification|user_shell_command|user_action|hook_prompt|collaboration_mode|model_switch)\b|# AGENTS\.md instructions|"
    r"# Context from my IDE setup:|# Files mentioned by the user|Another language model started to solve this problem)"
)
SAYS_NOTHING = re.compile(r"^\s*(<|# AGENTS|# Context|go on\W*$|continue\W*$|yes\W*$|ok\W*$|hello\W*$|hi\W*$|test\W*$|start\W*$|user input\W*$|\W*$)", re.I)


def flat(text):
    return re.sub(r"\s+", " ", text.replace("\0", "")).strip()


def texts(content):
    if isinstance(content, str):
        return [content]
    return [part["text"] for part in content or [] if isinstance(part, dict) and isinstance(part.get("text"), str)]


def person(text):
    """What a person wrote of a text in the user's name."""
    heading = re.search(r"^## My request[^\n]*:[ \t]*$", text, re.M)
    if text.lstrip().startswith("# ") and heading:
        text = text[heading.end():]
    while match := re.match(r"\s*<([\w -]+)>", text):
        end = text.find(f"</{match[1]}>")
        if not PROGRAM.match(text) or end < 0:
            break
        text = text[end + len(match[1]) + 3:]
    return "" if PROGRAM.match(text) else text


def records(path):
    data = path.read_bytes()
    if data[:4] == b"\x28\xb5\x2f\xfd":
        data = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout
    for line in data.decode("utf-8-sig", "replace").split("\n"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


class Rollout:
    """What one file says."""

    def __init__(self, path):
        self.path, self.id = path, None
        self.told, self.items, self.answers, self.thoughts = [], [], [], []
        self.calls, self.results, self.total = collections.Counter(), {}, None
        for record in records(path):
            payload = record.get("payload")
            if isinstance(payload, dict):
                self.add(record.get("type"), payload)
            elif record.get("type") and not record["type"].startswith(("thread.", "turn.", "item.")):
                self.add("response_item", record)
            elif record.get("id") and self.id is None and ("instructions" in record or "git" in record):
                self.id = record["id"]

    def add(self, kind, payload):
        name = payload.get("type") or ("message" if "role" in payload else None)
        if kind == "session_meta":
            self.id = self.id or payload.get("id") or payload.get("session_id")
        elif kind == "response_item":
            self.item(name, payload)
        elif kind == "event_msg":
            self.event(name, payload)

    def item(self, name, payload):
        if name == "message" and payload.get("role") == "user":
            self.items.append(texts(payload.get("content")))
        elif name == "message" and payload.get("role") == "assistant":
            self.answers.append("\n".join(texts(payload.get("content"))))
        elif name == "reasoning":
            self.thoughts += texts(payload.get("content")) or texts(payload.get("summary"))
        elif name and name.endswith("_call"):
            self.calls[payload.get("call_id") or payload.get("id") or ""] += 1
        elif name and name.endswith("_output"):
            output = payload.get("output")
            if isinstance(output, dict):
                output = output.get("content")
            if isinstance(output, str) and output.startswith('{"output"'):
                try:
                    output = json.loads(output)["output"]
                except ValueError:
                    pass
            self.results[payload.get("call_id")] = "\n".join(texts(output))

    def event(self, name, payload):
        item = payload.get("item") if name == "item_completed" and isinstance(payload.get("item"), dict) else {}
        if name == "user_message":
            self.told.append(payload.get("message") or "")
        elif name == "agent_message":
            self.answers.append(payload.get("message") or "")
        elif name in ("agent_reasoning", "agent_reasoning_raw_content"):
            self.thoughts.append(payload.get("text") or "")
        elif name == "token_count":
            self.total = ((payload.get("info") or {}).get("total_token_usage")) or self.total
        elif item.get("type") == "UserMessage":
            self.told.append("\n".join(texts(item.get("content"))))
        elif item.get("type") == "AgentMessage":
            self.answers.append("\n".join(texts(item.get("content"))))
        elif item.get("type") == "Reasoning":
            self.thoughts += (item.get("summary_text") or []) + (item.get("raw_content") or [])

    def words(self):
        said = self.told or [part for parts in self.items for part in parts if not re.match(r"\s*</?image", part)]
        return [words for words in map(person, said) if words.strip()]


class Exported:
    def __init__(self, sessions):
        by = collections.defaultdict(list)
        self.calls, self.results, self.failed = collections.Counter(), {}, 0
        self.input = 0
        for session in sessions:
            for event in session["events"]:
                by[event.get("type")].append(flat(event.get("content") or "") if isinstance(event.get("content"), str) else "")
                if event.get("type") == "tool_call":
                    self.calls[event["call_id"]] += 1
                elif event.get("type") == "tool_result":
                    result = event["result"]
                    if isinstance(result, dict):
                        result = result.get("content", result.get("output", json.dumps(result)))
                    self.results[event["call_id"]] = flat(result if isinstance(result, str) else json.dumps(result, ensure_ascii=False))
                elif event.get("type") == "stop":
                    self.input += event.get("usage", {}).get("total_input_tokens") or 0
        self.by = by
        self.joined = {kind: "\x01".join(ones) for kind, ones in by.items()}

    def lacks(self, kind, ones):
        joined = self.joined.get(kind, "")
        return [one for one in {flat(one) for one in ones} if one and one not in joined]


def main(server, paths):
    files = [file for path in map(pathlib.Path, paths) for file in (sorted(path.rglob("*.jsonl*")) if path.is_dir() else [path])]
    table, lost = collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        archive, out = f"{folder}/archive.db", f"{folder}/out"
        subprocess.run([server, "--archive", archive, "import", *paths], check=False, capture_output=True)
        subprocess.run([server, "--archive", archive, "archive", "export", out], check=True, capture_output=True)
        sessions = {}
        for file in pathlib.Path(out).rglob("*.json"):
            session = json.loads(file.read_text("utf-8", "replace"))
            sessions[session["session_id"]] = session
    # Of several states of one session, the archive keeps the newest.
    newest = {}
    for rollout in map(Rollout, files):
        if rollout.id and (rollout.id not in newest or rollout.path.stat().st_mtime >= newest[rollout.id].path.stat().st_mtime):
            newest[rollout.id] = rollout
    for rollout in newest.values():
        table["files"] += 1
        session = sessions.get(rollout.id)
        parent = (session or {}).get("source", {})
        related = [session, sessions.get(parent.get("forked_from_id")), sessions.get(parent.get("parent_session_id"))]
        related += [one for one in sessions.values() if any(one["session_id"] in flat(str(e.get("content"))) for e in (session or {"events": []})["events"][:1])]
        exported = Exported([one for one in related if one])

        def note(what, ones):
            table[what] += len(ones)
            lost.extend(f"{rollout.path.name}: {what}: {str(one)[:140]}" for one in ones)

        table["words"] += len(rollout.words())
        table["calls"] += sum(rollout.calls.values())
        table["results"] += len(rollout.results)
        table["texts"] += len(set(map(flat, rollout.answers)))
        table["thoughts"] += len(set(map(flat, rollout.thoughts)))
        note("words lost", exported.lacks("user_input", rollout.words()))
        ids = rollout.calls - exported.calls
        note("calls lost", [one for one in ids if one])
        note("results lost", [
            one for one, text in rollout.results.items()
            if one not in exported.results or flat(text)[:200] not in exported.results[one]
        ])
        note("texts lost", exported.lacks("text", rollout.answers))
        note("thoughts lost", exported.lacks("thinking", rollout.thoughts))
        if session is None:
            continue
        table["sessions"] += 1
        own = Exported([session])
        note("program texts as user", [one for one in own.by["user_input"] if PROGRAM.match(one)])
        for kind in ("text", "thinking", "user_input"):
            counts = collections.Counter(own.by[kind])
            source = {"text": rollout.answers, "thinking": rollout.thoughts}.get(kind) or rollout.words() + ["\n".join(parts) for parts in rollout.items]
            most = collections.Counter(map(flat, source))
            note("said more often than recorded", [one for one, count in counts.items() if one and count > max(1, most[one])])
        note("empty ids", [one for one in own.calls if not one])
        note("titles that say nothing", [t for t in [session.get("generated_title") or ""] if SAYS_NOTHING.match(t)])
        ended = session["events"] and session["events"][-1].get("type") == "stop"
        if rollout.total and ended and own.input == 0:
            note("usage lost", [rollout.total])
        if rollout.total and own.input > rollout.total.get("input_tokens", 0):
            note("usage counted twice", [f"{own.input} of {rollout.total.get('input_tokens')}"])
    for name, count in table.items():
        print(f"{count:8}  {name}")
    print(*lost, sep="\n")
    faults = ("words lost", "calls lost", "results lost", "texts lost", "thoughts lost", "program texts as user", "empty ids", "usage counted twice")
    return 1 if any(table[name] for name in faults) else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
