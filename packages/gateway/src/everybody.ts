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

const isState = (body: unknown): body is State => typeof body === "object" && body !== null && !Array.isArray(body);

/** The overviews of many processes as one: services side by side, topics' counts added, problems of all. */
export function mergeStates(told: readonly Told[]): State {
  const states = told.flatMap(({ body }) => (isState(body) ? [body] : []));
  const silent = told.filter(({ body }) => !isState(body)).map(({ service }) => `${service} does not answer.`);
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

const diedAt = (letter: unknown): string => String((letter as { diedAt?: unknown } | null)?.diedAt ?? "");

/** Lists of many processes as one, the newest first where they say when. */
export const mergeLists = (told: readonly Told[]): readonly unknown[] =>
  told
    .flatMap(({ body }) => (Array.isArray(body) ? (body as readonly unknown[]) : []))
    .toSorted((a, b) => diedAt(b).localeCompare(diedAt(a)));
