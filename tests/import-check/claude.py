#!/usr/bin/env python3
"""Compares Claude Code transcripts with the sessions that were imported from them.

    chat-mcp-server import FOLDER
    chat-mcp-server archive export EXPORT
    tests/import-check/claude.py FOLDER EXPORT

It reads both without the importer's code: every text that an agent wrote, every thought, call and result, and every word that a
person typed must be somewhere in the export; what the program wrote must not be a user input; a title must say something.
"""
import gzip
import json
import os
import re
import sys
from collections import Counter, defaultdict

PROGRAM = re.compile(
    r"\s*(<(command-(name|message|args)|local-command-(stdout|stderr|caveat)|bash-(input|stdout|stderr)|task-notification|teammate-message|"
    r"agent-message|agent-notification|cross-session-message|ide_opened_file|ide_selection|system-reminder|user-prompt-submit-hook)\b|"
    r"Caveat: The messages below|Operation stopped by hook:|Unknown skill:|Warmup$|Stop hook feedback:|"
    r"This session is being continued from a previous|\[Request interrupted by user)"
)
WRAPPED = re.compile(
    r"<(system-reminder|ide_opened_file|ide_selection|user-prompt-submit-hook|local-command-caveat)\b[^>]*>.*?</\1>", re.S
)
EMPTY_TITLE = re.compile(r"\s*(<|\[(image|file|document)|Implement the following plan:?\W*$|Caveat:|imported-)", re.I)
REMINDER = re.compile(r"\s*<system-reminder>.*?</system-reminder>\s*", re.S)


def lines(path):
    opened = gzip.open(path, "rt", encoding="utf8", errors="replace") if path.endswith(".gz") else open(path, encoding="utf8", errors="replace")
    with opened as file:
        for line in file.read().split("\n"):
            try:
                value = json.loads(line)
            except ValueError:
                continue
            for record in value if isinstance(value, list) else [value]:
                if isinstance(record, dict):
                    yield record


def flat(text):
    """Without white space, so that joined and trimmed texts compare."""
    return re.sub(r"\s+", "", text)


def text_of(content):
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text") or "" for part in content or [] if isinstance(part, dict) and part.get("type") == "text")


def is_of_program(record):
    origin = (record.get("origin") or {}).get("kind")
    return (
        any(record.get(name) for name in ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly", "isSynthetic", "turnCompanion"))
        or origin not in (None, "human", "channel")
        or record.get("promptSource") == "system"
    )


class Raw:
    def __init__(self):
        self.words, self.texts, self.thoughts, self.calls, self.results, self.program = {}, {}, {}, {}, {}, {}

    def read(self, path):
        found = False
        for record in lines(path):
            message = record.get("message")
            kind = record.get("type")
            if kind == "attachment":
                attached = record.get("attachment") or {}
                if attached.get("type") == "queued_command":
                    self.user(text_of(attached.get("prompt")), is_of_program(attached) or attached.get("commandMode") not in (None, "prompt"), path)
            elif kind == "queue-operation" and record.get("operation") == "remove" and record.get("content"):
                if record.get("reason") in (None, "absorbed_mid_turn"):
                    self.user(record["content"], False, path)
            elif not isinstance(message, dict) or kind not in ("user", "assistant"):
                continue
            else:
                found = True
                content = message.get("content")
                parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
                for part in parts:
                    if part.get("type") == "tool_result":
                        body = part.get("content")
                        body = text_of(body) if isinstance(body, list) else body if isinstance(body, str) else ""
                        self.results.setdefault((part.get("tool_use_id") or "", flat(REMINDER.sub("", body))[:200]), path)
                if kind == "user":
                    self.user(text_of(content), is_of_program(record), path)
                else:
                    if record.get("isApiErrorMessage"):
                        continue
                    texts = [content] if isinstance(content, str) else [part.get("text") or "" for part in parts if part.get("type") == "text"]
                    for text in texts:
                        self.texts.setdefault(flat(text), path)
                    for part in parts:
                        if part.get("type") == "thinking" and part.get("thinking"):
                            self.thoughts.setdefault(flat(part["thinking"]), path)
                        if part.get("type") in ("tool_use", "server_tool_use", "mcp_tool_use"):
                            self.calls.setdefault((part.get("id") or "", part.get("name") or ""), path)
        return found

    def user(self, text, of_program, path):
        if not text.strip():
            return
        if of_program or PROGRAM.match(text) and not WRAPPED.sub("", text).strip():
            self.program.setdefault(flat(text), path)
        elif not PROGRAM.match(text):
            self.words.setdefault(flat(text), path)
        elif rest := WRAPPED.sub("", text).strip():
            if PROGRAM.match(rest):
                self.program.setdefault(flat(text), path)
            else:
                self.words.setdefault(flat(rest), path)


class Kept:
    def __init__(self):
        self.users, self.texts, self.all, self.calls, self.results, self.titles, self.sessions = set(), set(), [], set(), set(), [], 0

    def read(self, path):
        for session in lines(path):
            if "events" not in session or (session.get("source") or {}).get("format") != "claude-code":
                continue
            self.sessions += 1
            self.titles.append((session.get("generated_title"), path, session["session_id"]))
            for event in session["events"]:
                kind = event.get("type")
                content = event.get("content")
                if isinstance(content, str):
                    self.texts.add(flat(content))
                    if kind == "user_input":
                        self.users.add(flat(content))
                if isinstance(event.get("error"), str):
                    self.texts.add(flat(event["error"]))
                if kind == "tool_call":
                    self.calls.add((event.get("call_id"), event.get("name")))
                if kind == "tool_result":
                    result = event.get("result")
                    if isinstance(result, dict) and set(result) == {"is_error", "content"}:
                        result = result["content"]
                    body = text_of(result) if isinstance(result, list) else result if isinstance(result, str) else ""
                    self.results.add((event.get("call_id"), flat(REMINDER.sub("", body))[:200]))

    def says(self, text):
        return text in self.texts or text in self.joined()

    def joined(self):
        if not self.all:
            self.all.append("\x00".join(self.texts))
        return self.all[0]


def files(folder):
    for root, _, names in os.walk(folder):
        for name in sorted(names):
            if name.endswith((".jsonl", ".json", ".jsonl.gz")):
                yield os.path.join(root, name)


def main():
    raw, kept = Raw(), Kept()
    transcripts = sum(raw.read(path) for path in files(sys.argv[1]))
    for path in files(sys.argv[2]):
        kept.read(path)
    lost = {
        "words": [(text, path) for text, path in raw.words.items() if not kept.says(text)],
        "texts": [(text, path) for text, path in raw.texts.items() if not kept.says(text)],
        "thoughts": [(text, path) for text, path in raw.thoughts.items() if not kept.says(text)],
        "calls": [(call, path) for call, path in raw.calls.items() if call not in kept.calls],
        "results": [(result, path) for result, path in raw.results.items() if result not in kept.results],
        "words not as user": [(text, path) for text, path in raw.words.items() if kept.says(text) and text not in kept.users],
        "program as user": [(text, path) for text, path in raw.program.items() if text in kept.users],
        "program-like user": [(text, "") for text in kept.users if PROGRAM.match(text)],
        "titles": [(title, name) for title, _, name in kept.titles if not title or EMPTY_TITLE.match(title)],
    }
    counted = {"words": raw.words, "texts": raw.texts, "thoughts": raw.thoughts, "calls": raw.calls, "results": raw.results, "titles": kept.titles}
    print(f"{transcripts} transcripts, {kept.sessions} sessions")
    for name, missing in lost.items():
        print(f"{name}: {len(missing)}" + (f" of {len(counted[name])}" if name in counted else ""))
        for what, path in missing[: int(os.environ.get("SHOWN", "5"))]:
            print("   ", repr(what)[:200], path)
    return 1 if any(lost[name] for name in ("words", "texts", "thoughts", "calls", "results", "program as user")) else 0


if __name__ == "__main__":
    sys.exit(main())
