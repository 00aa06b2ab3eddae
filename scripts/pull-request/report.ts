/** What one step of the gate found. */
export interface Step {
  readonly title: string;
  readonly ok: "yes" | "no" | "unknown";
  /** One line. */
  readonly summary: string;
  /** What the tool said, as it said it. */
  readonly text?: string;
  /** Markdown in which the tool has made everything harmless that authors wrote. */
  readonly markdown?: string;
}

/** By which the comment is found again. */
export const marker = "<!-- eventpact: events and contracts -->";

/** GitHub takes 65,536 characters. */
const MOST_CHARACTERS = 60_000;
const MOST_TEXT = 12_000;

const signs = { yes: "✅", no: "❌", unknown: "❔" } as const;

/** The comment: a line for each step, then what each found. Words of authors stand in code fences, where nothing is markup. */
export function commentText(steps: readonly Step[]): string {
  const rows = steps.map(({ ok, title, summary }) => `| ${signs[ok]} | ${title} | ${plain(summary)} |`);
  const parts = steps.flatMap(({ ok, title, text = "", markdown = "" }) => {
    const body = [markdown, text.trim() === "" ? "" : fenced(text)].filter((part) => part !== "").join("\n\n");
    if (body === "") return [];
    return [`<details${ok === "yes" ? "" : " open"}><summary>${title}</summary>\n\n${body}\n\n</details>`];
  });
  const whole = [`${marker}\n## Events and contracts`, `| | | |\n|---|---|---|\n${rows.join("\n")}`, ...parts].join(
    "\n\n",
  );
  if (whole.length <= MOST_CHARACTERS) return `${whole}\n`;
  // Cut between parts: half a fence would turn text into markup.
  let kept = whole.length;
  const shortened = [...parts];
  while (kept > MOST_CHARACTERS && shortened.length > 0) kept -= shortened.pop()?.length ?? 0;
  const head = [`${marker}\n## Events and contracts`, `| | | |\n|---|---|---|\n${rows.join("\n")}`];
  return `${[...head, ...shortened, "The rest is too long for a comment; it is in the log of the run."].join("\n\n")}\n`;
}

/** A cell of a table, in which nothing is markup. */
const plain = (text: string): string => `\`${text.replaceAll(/[`|\r\n]+/g, " ").slice(0, 300)}\``;

function fenced(text: string): string {
  const cut = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}\n…` : text;
  const longest = Math.max(2, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${cut.trimEnd()}\n${fence}`;
}
