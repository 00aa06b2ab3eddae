import { Session } from "node:inspector";
import type { Debugger, Runtime } from "node:inspector";
import type { CodePlace } from "./types.ts";

/** Where a function stands in the source that this process loaded, as a debugger would say; undefined when nothing says so. */
export function locate(value: unknown): CodePlace | undefined {
  const session = new Session();
  const holder = globalThis as { eventpactLocated?: unknown };
  try {
    session.connect();
    const urls = new Map<string, string>();
    session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
    session.post("Debugger.enable");
    holder.eventpactLocated = value;
    let found: Runtime.EvaluateReturnType | undefined;
    session.post("Runtime.evaluate", { expression: "globalThis.eventpactLocated" }, (_, answer) => (found = answer));
    const objectId = found?.result.objectId;
    if (objectId === undefined) return undefined;
    let told: Runtime.GetPropertiesReturnType | undefined;
    session.post("Runtime.getProperties", { objectId, ownProperties: true }, (_, answer) => (told = answer));
    const property = told?.internalProperties?.find(({ name }) => name === "[[FunctionLocation]]");
    const location = property?.value?.value as Debugger.Location | undefined;
    const url = location && urls.get(location.scriptId);
    if (location === undefined || url === undefined) return undefined;
    return { url, line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 };
  } catch {
    return undefined;
  } finally {
    delete holder.eventpactLocated;
    session.disconnect();
  }
}

/** The first place in a stack that is in a file outside of node_modules. */
export function placeInStack(error: unknown): CodePlace | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const [, url = "", line, column] of stack.matchAll(/\(?(file:\/\/[^\s)]+):(\d+):(\d+)/g))
    if (!url.includes("/node_modules/")) return { url, line: Number(line), column: Number(column) };
  return undefined;
}
