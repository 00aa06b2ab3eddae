/** Where each path is answered: the service's name, or `everybody` when it is a question to all of them. */
export type Place = string;

const segment = "[^/]+";
/** The first that fits. What fits none belongs to the shop page. */
const table: readonly (readonly [pattern: RegExp, service: string])[] = [
  [new RegExp(`^/orders/${segment}/(stream|ws)/?$`), "tracking"],
  [/^\/(orders|products)(\/|$)/, "order"],
  [/^\/stock(\/|$)/, "inventory"],
  [/^\/accounts(\/|$)/, "payment"],
  [/^\/(summary|analytics)(\/|$)/, "analytics"],
  [/^\/(emails|letters)(\/|$)/, "email"],
  [/^\/audit(\/|$)/, "audit"],
];

const operations = new RegExp(`^/ops/api/${segment}/(${segment})`);

/**
 * Which of `services` answers a path (without query), or `everybody`: operations that name no service are asked of all.
 * A path of `/ops` that is a file of the console may be answered by any; the first does.
 */
export function placeOf(path: string, services: readonly string[]): Place | "everybody" {
  if (path.startsWith("/ops/api/")) {
    const named = operations.exec(path)?.[1];
    return named !== undefined && services.includes(named) ? named : "everybody";
  }
  if (/^\/ops(\/|$)/.test(path)) return services[0] ?? "order";
  return table.find(([pattern]) => pattern.test(path))?.[1] ?? "tracking";
}
