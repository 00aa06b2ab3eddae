import type { Told } from "./everybody.ts";
import { placeOf } from "./routes.ts";

interface Document {
  readonly info?: object;
  readonly paths?: Readonly<Record<string, object>>;
  readonly components?: { readonly schemas?: object };
}

const isDocument = (body: unknown): body is Document => typeof body === "object" && body !== null;

/**
 * The OpenAPI documents of many services as one: each path as the service describes it that the gateway hands it to, what
 * all answer alike (`/ops/api`) once. A service that did not answer is named under `x-missing`.
 */
export function mergeDescriptions(told: readonly Told[]): object {
  const services = told.map(({ service }) => service);
  const known = told.flatMap(({ service, body }) => (isDocument(body) ? [{ service, document: body }] : []));
  const paths: Record<string, object> = {};
  let schemas = {};
  for (const { service, document } of known) {
    schemas = { ...document.components?.schemas, ...schemas };
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      const place = placeOf(path, services);
      if (place === service || path.startsWith("/ops/")) paths[path] ??= item;
    }
  }
  const missing = told.filter(({ body }) => !isDocument(body)).map(({ service }) => service);
  return {
    openapi: "3.1.0",
    info: { ...known[0]?.document.info, title: "The shop, through its gateway" },
    ...(missing.length === 0 ? {} : { "x-missing": missing }),
    paths: Object.fromEntries(Object.entries(paths).toSorted(([a], [b]) => a.localeCompare(b))),
    components: { schemas },
  };
}
