import type { Answer } from "./can-i-deploy.ts";
import type { Verdict } from "./reading.ts";

const colours: Readonly<Record<Verdict, string>> = { yes: "#2e7d32", no: "#c62828", unknown: "#616161" };

/** The verdict as a picture (SVG) with a name for those who do not see it. `label`: "orders 1.0.0 → production". */
export function badge(label: string, verdict: Verdict): string {
  const [left, right] = [widthOf(label), widthOf(verdict)];
  const text = (x: number, word: string): string =>
    `<text x="${x}" y="14" text-anchor="middle">${escaped(word)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${escaped(`${label}: ${verdict}`)}">
<title>${escaped(`${label}: ${verdict}`)}</title>
<rect width="${left}" height="20" fill="#424242"/><rect x="${left}" width="${right}" height="20" fill="${colours[verdict]}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(left / 2, label)}${text(left + right / 2, verdict)}</g>
</svg>
`;
}

/** What was asked about, in few words. */
export function badgeLabel(answers: readonly Pick<Answer, "service" | "version">[], environment: string): string {
  const [first] = answers;
  return `${first === undefined || answers.length > 1 ? "may go" : `${first.service} ${first.version}`} → ${environment}`;
}

/** Seven units a letter is what a letter of this size takes at most, but for the widest. */
const widthOf = (word: string): number => [...word].length * 7 + 12;

const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (word: string): string => word.replaceAll(/[&<>"]/g, (letter) => names[letter] ?? letter);
