const MASK = "[personal data]";

const address = /[^\s"'<>()[\]{},;:]+@[^\s"'<>()[\]{},;:]+/g;

/** Names of properties that hold personal data, as the catalogue of the events lists them (`x-personal-data`). */
export type PersonalNames = ReadonlySet<string>;

/** Words for people (an error's message, say) without e-mail addresses. */
export const withoutAddresses = (text: string): string => text.replace(address, MASK);

/** The same value with every member of these names masked, wherever it stands. */
export function masked(value: unknown, names: PersonalNames): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, names.has(name) ? MASK : masked(inner, names)]),
  );
}

/** A payload without personal data: JSON member by member; of what is no JSON, nothing from the first such name on. */
export function withoutPersonalData(payload: string, names: PersonalNames): string {
  try {
    return JSON.stringify(masked(JSON.parse(payload), names));
  } catch {
    const places = [...names].map((name) => payload.indexOf(JSON.stringify(name))).filter((place) => place >= 0);
    return withoutAddresses(places.length === 0 ? payload : `${payload.slice(0, Math.min(...places))}${MASK}`);
  }
}
