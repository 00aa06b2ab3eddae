/** A dead letter as the shop's HTTP API shows it. */
export interface Letter {
  readonly id: string;
  /** The service that gave it up. */
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly eventId?: string;
  readonly event?: string;
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
  readonly attempts: number;
  readonly recordedAt: string;
  readonly firstTriedAt: string;
  readonly diedAt: string;
  readonly status: string;
  readonly audit: readonly {
    readonly at: string;
    readonly by: string;
    readonly action: string;
    readonly note: string;
  }[];
}

/** What stopped a command, in words for the person who typed it. `exit`: 1 the shop said no, 2 it was not asked at all. */
export class CommandError extends Error {
  readonly exit: 1 | 2;
  constructor(message: string, exit: 1 | 2) {
    super(message);
    this.name = "CommandError";
    this.exit = exit;
  }
}

export interface Filter {
  readonly status?: string;
  readonly topic?: string;
  readonly key?: string;
  readonly event?: string;
  readonly code?: string;
}

export interface Signature {
  readonly by: string;
  readonly note?: string;
}

export interface Client {
  /** The newest first; at most 200 of each service. */
  list(filter: Filter): Promise<readonly Letter[]>;
  /** `whole`: with personal data, which only those may see who may change it. */
  show(service: string, id: string, whole: boolean): Promise<Letter>;
  /** False when it was settled before. */
  redrive(service: string, id: string, signature: Signature, edited?: string): Promise<boolean>;
  discard(service: string, id: string, signature: Signature): Promise<boolean>;
}

const API = "/ops/api/dead-letters";

/** Speaks to a running shop at `url`. `token` is the value of its OPS_TOKEN, if it wants one. */
export function openClient(url: string, token: string | undefined): Client {
  if (!URL.canParse(url)) throw new CommandError(`"${url}" is not an address; write http://host:port.`, 2);
  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const headers: Record<string, string> = { accept: "application/json" };
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
    let answer: Response;
    try {
      answer = await fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(30_000) });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CommandError(
        `No shop answers at ${url} (${cause}). Start it, or name another with --url or SHOP_URL.`,
        2,
      );
    }
    const text = await answer.text();
    if (answer.ok) return parsed(text, url) as T;
    throw new CommandError(refusalOf(answer.status, text, token), 1);
  };
  const place = (service: string, id: string): string =>
    `${API}/${encodeURIComponent(service)}/${encodeURIComponent(id)}`;
  return {
    list: (filter) => ask(`${API}?${new URLSearchParams({ ...filter }).toString()}`),
    show: (service, id, whole) => ask(`${place(service, id)}${whole ? "?edit=true" : ""}`),
    redrive: async (service, id, signature, edited) => {
      const body = edited === undefined ? signature : { ...signature, edited };
      return (await ask<{ redriven: boolean }>(`${place(service, id)}/redrive`, body)).redriven;
    },
    discard: async (service, id, signature) =>
      (await ask<{ discarded: boolean }>(`${place(service, id)}/discard`, signature)).discarded,
  };
}

function parsed(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`What answers at ${url} is not a shop: it sends no JSON.`, 2);
  }
}

function refusalOf(status: number, text: string, token: string | undefined): string {
  let detail: string | undefined;
  try {
    ({ detail } = JSON.parse(text) as { detail?: string });
  } catch {
    // Not problem+json: the status has to do.
  }
  const way = status === 401 && token === undefined ? " Set OPS_TOKEN." : "";
  return `${detail ?? `The shop answered ${status}.`}${way}`;
}
