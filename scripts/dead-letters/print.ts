import type { Letter } from "./client.ts";

/** Text that others wrote, without what would steer a terminal. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").trim();

const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** `inventory/019b…`: what every command takes. */
export const nameOf = ({ group, id }: Letter): string => `${group}/${id}`;

/** Columns as wide as their widest cell, with a heading. */
function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return [head, ...rows].map(line).join("\n");
}

export function tableOf(letters: readonly Letter[]): string {
  const rows = letters.map((letter) => [
    plain(nameOf(letter)),
    letter.status,
    letter.diedAt.slice(0, 19).replace("T", " "),
    plain(letter.event ?? "?"),
    shortened(plain(letter.key ?? ""), 36),
    plain(letter.code),
    String(letter.attempts),
    shortened(plain(letter.message), 60),
  ]);
  return columns(["id", "status", "died (UTC)", "event", "key", "code", "tries", "why"], rows);
}

function pretty(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return plain(value);
  }
}

const indented = (text: string): string => text.replaceAll(/^/gm, "  ");

/** One letter in full, for reading. */
export function pageOf(letter: Letter): string {
  const facts: [string, string][] = [
    ["id", nameOf(letter)],
    ["status", letter.status],
    ["event", letter.event ?? "unknown"],
    ["event id", letter.eventId ?? "unknown"],
    ["key", letter.key ?? "none"],
    ["from", `${letter.topic}, partition ${letter.partition}, offset ${letter.offset}`],
    ["written", letter.recordedAt],
    [
      "died",
      `${letter.diedAt}, after ${letter.attempts} ${letter.attempts === 1 ? "try" : "tries"} since ${letter.firstTriedAt}`,
    ],
    ["code", letter.code],
    ["why", letter.message],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const story = letter.audit.map(({ at, by, action, note }) =>
    plain(`${at}  ${action} by ${by}${note === "" ? "" : `: ${note}`}`),
  );
  // A stack is many lines of our own making, with the message of an error in it.
  const stack = (letter.stack ?? "").split("\n").map(plain).filter(Boolean);
  return [
    ...facts.map(([name, text]) => `${name.padEnd(width)}  ${plain(text)}`),
    ...(story.length === 0 ? [] : ["", "history", indented(story.join("\n"))]),
    ...(stack.length === 0 ? [] : ["", "stack", indented(stack.join("\n"))]),
    "",
    "value",
    indented(letter.value === null ? "none" : pretty(letter.value)),
  ].join("\n");
}
