// Whether a host's model got an answer whole and once.

// So many characters at its beginning or end tell an answer from what a host puts around it.
const KNOWN_BY = 40;

/** Null if the answer was passed on whole and once, or else what is wrong. */
export function fault({ texts, isStructured }, passed, request) {
  if (isStructured) return "gets structured content too: KnownHost.cs does not know this name";
  if (!isWhole(texts, passed)) return lack(texts.join("\n"), passed);
  const times = count(request, probeOf(texts[0]));
  return times === 1 ? null : `the model gets the answer ${times} times`;
}

/** Whether all texts of an answer were passed on, in order. Hosts put other text before, between and after them. */
export function isWhole(texts, passed) {
  let from = 0;
  for (const text of texts) {
    const at = passed.indexOf(text, from);
    if (at < 0) return false;
    from = at + text.length;
  }
  return true;
}

/** Which part of an answer is missing, if a host shows its beginning and perhaps its end. */
function lack(answer, passed) {
  const start = passed.indexOf(answer.slice(0, KNOWN_BY));
  const shown = start < 0 ? 0 : commonStart(answer, passed.slice(start));
  const ending = answer.slice(-KNOWN_BY);
  const end = passed.lastIndexOf(ending);
  const shownAtEnd = end < 0 ? 0 : commonStart(reversed(answer), reversed(passed.slice(0, end + ending.length)));
  return `lacks characters ${number(shown)} to ${number(answer.length - shownAtEnd)} of ${number(answer.length)}`;
}

function reversed(text) {
  return text.split("").reverse();
}

function commonStart(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

/** A part of the answer that it holds once, and that looks the same as JSON, even if that is put into JSON again. */
function probeOf(answer) {
  const parts = answer.match(/[a-z0-9 .:/-]{30,}/g) ?? [];
  const middle = parts.slice(Math.floor(parts.length / 2));
  return middle.find((part) => count(answer, part) === 1);
}

function count(text, part) {
  return text.split(part).length - 1;
}

export function number(value) {
  return value.toLocaleString("en");
}
