/** Questions that only all services together can answer. */

interface Described {
  readonly name: string;
  readonly sent?: number;
}

/** What one service says of itself; only what is merged is named. */
interface State {
  readonly problems?: readonly string[];
  readonly services?: readonly Described[];
  readonly topics?: readonly Described[];
  readonly [more: string]: unknown;
}

export interface Told {
  readonly service: string;
  /** Undefined when it did not answer. */
  readonly body: unknown;
}

const isRecord = (body: unknown): body is Readonly<Record<string, unknown>> =>
  typeof body === "object" && body !== null && !Array.isArray(body);

const isState = (body: unknown): body is State => isRecord(body);

const silence = ({ service }: Told): string => `${service} does not answer.`;

/** The overviews of many processes as one: services side by side, topics' counts added, problems of all. */
export function mergeStates(told: readonly Told[]): State {
  const states = told.flatMap(({ body }) => (isState(body) ? [body] : []));
  const silent = told.filter(({ body }) => !isState(body)).map(silence);
  const topics = new Map<string, Described>();
  for (const topic of states.flatMap((state) => state.topics ?? [])) {
    const before = topics.get(topic.name)?.sent ?? 0;
    topics.set(topic.name, { ...topic, sent: before + (topic.sent ?? 0) });
  }
  return {
    ...states[0],
    problems: [...states.flatMap((state) => state.problems ?? []), ...silent],
    services: states.flatMap((state) => state.services ?? []),
    topics: [...topics.values()],
  };
}

/** What every partition of many processes is at: services side by side, each process's database by its name. */
export function mergeStatuses(told: readonly Told[]): Readonly<Record<string, unknown>> {
  const known = told.flatMap(({ service, body }) => (isRecord(body) ? [{ service, body }] : []));
  return {
    databases: Object.fromEntries(known.map(({ service, body }) => [service, body["database"]])),
    services: known.flatMap(({ body }) => (Array.isArray(body["services"]) ? (body["services"] as unknown[]) : [])),
    problems: told.filter(({ body }) => !isRecord(body)).map(silence),
  };
}

const member = (item: unknown, name: string): unknown => (isRecord(item) ? item[name] : undefined);
const diedAt = (letter: unknown): string => String(member(letter, "diedAt") ?? "");
const count = (cause: unknown): number => Number(member(cause, "count") ?? 0);

/** Lists of many processes as one: the newest first where they say when, the most frequent first where they say how often. */
export const mergeLists = (told: readonly Told[]): readonly unknown[] =>
  told
    .flatMap(({ body }) => (Array.isArray(body) ? (body as readonly unknown[]) : []))
    .toSorted((a, b) => diedAt(b).localeCompare(diedAt(a)) || count(b) - count(a));

/** Which services cannot be used now, and why: what `/readyz` of each says. */
export function missing(told: readonly Told[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    told.flatMap((one): [string, string][] => {
      if (member(one.body, "status") === "ready") return [];
      return [[one.service, isRecord(one.body) ? "is not ready" : "does not answer"]];
    }),
  );
}
