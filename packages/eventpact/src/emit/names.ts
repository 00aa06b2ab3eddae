/** Words that cannot name a function or a type, and names that the generated modules declare themselves. */
const TAKEN_VALUES = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield " +
    "catalog decode decodeAs validate"
  ).split(" "),
);
const TAKEN_TYPES = new Set(
  (
    "any bigint boolean never null number object string symbol undefined unknown void Array ArrayBuffer Date Map " +
    "Object Partial Promise Readonly Record Set String Number Boolean Symbol Uint8Array " +
    "Catalog DecodeError Decoded DecodedAs EventData EventKey Events NewEvent Receives Sends Validation"
  ).split(" "),
);

/** `order created` → `OrderCreated`; '' when nothing of the text can stand in an identifier. */
export function pascalCase(text: string): string {
  return words(text)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `OrderCreated` → `orderCreated`, `SMSSent` → `smsSent`. */
export function camelCase(text: string): string {
  const pascal = pascalCase(text);
  return pascal.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?=$|\d)|^[A-Z]/, (start) => start.toLowerCase());
}

/** `OrderCreated.v2` → `order-created.v2`: letters, digits, `-` and inner dots only, so never a path. */
export function fileStem(key: string): string {
  const stem = key
    .replaceAll(/([a-z\d])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z\d.]+/g, "-")
    .replaceAll(/\.{2,}/g, ".")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return stem === "" ? "event" : stem.slice(0, 120);
}

/** Hands out names, each once, without regard to case for files (some disks have none). */
export interface Names {
  take(wanted: string): string;
}

/** Type names: never a built-in type's. */
export function typeNames(): Names {
  return uniqueNames((name) => TAKEN_TYPES.has(name), "Type", "Event");
}

/** Function names: never a reserved word or an export of the package. */
export function functionNames(): Names {
  return uniqueNames((name) => TAKEN_VALUES.has(name), "Event", "event");
}

export function fileNames(): Names {
  return uniqueNames(() => false, "", "event-");
}

function uniqueNames(isTaken: (name: string) => boolean, suffix: string, prefix: string): Names {
  const used = new Set<string>();
  return {
    take(wanted) {
      const base = wanted === "" || /^\d/.test(wanted) ? `${prefix}${wanted}` : wanted;
      const free = isTaken(base) ? `${base}${suffix}` : base;
      let name = free;
      for (let count = 2; used.has(name.toLowerCase()); count++) name = `${free}_${count}`;
      used.add(name.toLowerCase());
      return name;
    },
  };
}

function words(text: string): readonly string[] {
  return text.split(/[^A-Za-z\d]+/).filter((word) => word !== "");
}
