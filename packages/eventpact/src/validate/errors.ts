import type { ErrorObject } from "ajv";
import { didYouMean } from "../diagnostics/suggest.ts";
import { childPointer, pointerTokens } from "../read/pointer.ts";

/** One way in which a value fails a schema, in words; the pointer is within the value. */
export interface Mismatch {
  readonly pointer: string;
  readonly part: "key" | "value";
  readonly message: string;
  readonly hint?: string;
}

/**
 * The errors worth telling of all that ajv found. Where no alternative of a `oneOf` or `anyOf` fits, one error stands
 * for all of its branches, with the deepest of theirs as the hint; `if` only repeats what its `then` says.
 */
export function mainErrors(errors: readonly ErrorObject[]): readonly Mismatch[] {
  const alternatives = errors.filter((error) => error.keyword === "oneOf" || error.keyword === "anyOf");
  const outer = alternatives.filter(
    (error) => !alternatives.some((other) => other !== error && isBelow(error.instancePath, other.instancePath)),
  );
  const mismatches = outer.map((error) => {
    const branches = errors.filter(
      (other) => other.instancePath.startsWith(error.instancePath) && !alternatives.includes(other),
    );
    const deepest = branches.toSorted((a, b) => b.instancePath.length - a.instancePath.length)[0];
    return fromAlternatives(error, deepest);
  });
  for (const error of errors) {
    if (alternatives.includes(error) || error.keyword === "if") continue;
    if (outer.some((other) => error.instancePath.startsWith(other.instancePath))) continue;
    mismatches.push(toMismatch(error));
  }
  const seen = new Set<string>();
  return mismatches.filter(
    ({ pointer, message }) => !seen.has(`${pointer} ${message}`) && seen.add(`${pointer} ${message}`),
  );
}

function isBelow(path: string, ancestor: string): boolean {
  return path.startsWith(`${ancestor}/`);
}

function fromAlternatives(error: ErrorObject, deepest: ErrorObject | undefined): Mismatch {
  const passing = (error.params as { passingSchemas?: readonly number[] | null }).passingSchemas;
  const name = jsonPathWords(error.instancePath);
  if (Array.isArray(passing))
    return {
      pointer: error.instancePath,
      part: "value",
      message: `${name} fits more than one alternative of its oneOf.`,
    };
  const near = deepest ? toMismatch(deepest) : undefined;
  const message = `${name} fits none of the alternatives of its ${error.keyword}.`;
  return {
    pointer: error.instancePath,
    part: "value",
    message,
    ...(near ? { hint: `The nearest fails because: ${near.message}` } : {}),
  };
}

function toMismatch(error: ErrorObject): Mismatch {
  const { instancePath: pointer, keyword } = error;
  const params = error.params as Record<string, unknown>;
  const name = jsonPathWords(pointer);
  const text = (key: string): string => String(params[key]);
  switch (keyword) {
    case "required":
      return { pointer, part: "key", message: `${name} lacks "${text("missingProperty")}".` };
    case "additionalProperties":
    case "unevaluatedProperties": {
      const key = text(keyword === "additionalProperties" ? "additionalProperty" : "unevaluatedProperty");
      return { pointer: childPointer(pointer, key), part: "key", message: `"${key}" is not declared in the schema.` };
    }
    case "enum": {
      const allowed = (params["allowedValues"] as readonly unknown[] | undefined) ?? [];
      const hint = typeof error.data === "string" ? didYouMean(error.data, allowed.map(String)) : undefined;
      return {
        pointer,
        part: "value",
        message: `${name} must be one of ${allowed.map((v) => JSON.stringify(v)).join(", ")}.`,
        ...(hint ? { hint } : {}),
      };
    }
    case "const":
      return { pointer, part: "value", message: `${name} must be ${JSON.stringify(params["allowedValue"])}.` };
    case "type":
      return { pointer, part: "value", message: `${name} must be of type ${text("type").replaceAll(",", " or ")}.` };
    case "format":
      return { pointer, part: "value", message: `${name} must be of the format "${text("format")}".` };
    default:
      return { pointer, part: "value", message: `${name} ${error.message ?? `fails "${keyword}"`}.` };
  }
}

/** A pointer as people name it: `"data.items[0].quantity"`; the root is "The value". */
export function jsonPathWords(pointer: string): string {
  const path = pointerTokens(pointer)
    .map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token}`))
    .join("");
  return path === "" ? "The value" : `"${path.replace(/^\./, "")}"`;
}
