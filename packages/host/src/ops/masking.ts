/** Members that hold personal data (`x-personal-data` in the schemas), wherever they stand. */
const personal = new Set(["email", "shippingAddress"]);
const MASK = "[personal data]";

const address = /[^\s"'<>()[\]{},;:]+@[^\s"'<>()[\]{},;:]+/g;

/** Words for people (an error's message, say) without e-mail addresses. */
export const withoutAddresses = (text: string): string => text.replace(address, MASK);

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, personal.has(name) ? MASK : masked(inner)]),
  );
}

/** A payload without personal data: JSON member by member; of what is no JSON, nothing from the first such name on. */
export function withoutPersonalData(payload: string): string {
  try {
    return JSON.stringify(masked(JSON.parse(payload)));
  } catch {
    const first = /"(email|shippingAddress)"/.exec(payload)?.index;
    return withoutAddresses(first === undefined ? payload : `${payload.slice(0, first)}${MASK}`);
  }
}
