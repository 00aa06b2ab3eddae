import type { Json } from "../../read/json.ts";
import { isObject, own, ownString } from "../../read/json.ts";

/** One call of a service's HTTP API, from an OpenAPI document. */
export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly summary?: string;
  /** Status codes it answers with, in order. */
  readonly answers: readonly string[];
}

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];

/** The calls an OpenAPI 3 document describes, in its order; none for anything else. */
export function readHttpApi(document: Json): readonly HttpCall[] {
  const paths = own(document, "paths");
  if (!isObject(paths) || ownString(document, "openapi") === undefined) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const call = own(item, method);
      if (!isObject(call)) return [];
      const summary = ownString(call, "summary") ?? ownString(call, "description");
      const responses = own(call, "responses");
      const answers = Object.keys(isObject(responses) ? responses : {});
      return [{ method: method.toUpperCase(), path, answers, ...(summary === undefined ? {} : { summary }) }];
    }),
  );
}
