const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const markup = Symbol("markup");

/** Characters that HTML forbids, or by which text would be shown in another order than it is written. */
// oxlint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The renderer puts text out as it is, so every value is escaped here; a list is its parts in a row. */
export function html(literals, ...parts) {
  const text = (part) => {
    if (part === undefined || part === null || part === false) return "";
    if (part[markup] !== undefined) return part[markup];
    if (Array.isArray(part)) return part.map(text).join("");
    return String(part)
      .replace(UNSEEN, "\ufffd")
      .replace(/[&<>"']/g, (character) => ENTITIES[character]);
  };
  return { [markup]: literals.reduce((out, literal, index) => out + text(parts[index - 1]) + literal) };
}
