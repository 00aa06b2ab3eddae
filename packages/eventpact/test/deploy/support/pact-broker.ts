import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Stored {
  readonly consumer: string;
  readonly provider: string;
  readonly content: object;
  /** The versions of the consumer that have this content, with the branch of each, oldest first. */
  readonly versions: { readonly number: string; readonly branch: string | undefined }[];
  readonly results: { readonly success: boolean; readonly version: string; readonly body: object }[];
}

/** A Pact Broker, as far as its API is used: HAL resources over HTTP, with its own idea of addresses. */
export interface PactBroker {
  readonly url: string;
  /** Contracts by `consumer provider`: their latest content and what was published about it. */
  readonly pacts: ReadonlyMap<string, Stored>;
  /** Every content that was ever published, oldest first. */
  readonly contents: readonly Stored[];
  /** `environment service version`, deployed or released. */
  readonly there: ReadonlyMap<string, "deployed" | "released">;
  /** `METHOD path`, and the authorization that came with it. */
  readonly requests: readonly { readonly line: string; readonly authorization: string | undefined }[];
  /** Consumers whose contracts are pending for their producers: `email`, or one version of it: `email 1.0.0`. */
  readonly pending: Set<string>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface State {
  readonly pacts: Map<string, Stored>;
  readonly contents: Stored[];
  readonly versions: Set<string>;
  readonly there: Map<string, "deployed" | "released">;
  readonly pending: Set<string>;
}

type Answer = readonly [status: number, body?: object];

const link = (href: string): object => ({ href });
const hash = (value: object): string => createHash("sha1").update(JSON.stringify(value)).digest("hex");

/** Starts one on a free port of the loopback interface, with an environment `production`. */
export async function startPactBroker(authorization?: string): Promise<PactBroker> {
  const state: State = { pacts: new Map(), contents: [], versions: new Set(), there: new Map(), pending: new Set() };
  const requests: { line: string; authorization: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization });
    const refused = authorization !== undefined && request.headers.authorization !== authorization;
    const [status, body] = refused
      ? ([401, { error: "no access" }] as const)
      : answer(state, origin(), request, await bodyOf(request));
    response.writeHead(status, { "content-type": "application/hal+json;charset=utf-8" });
    response.end(body === undefined ? "" : JSON.stringify(body));
  });
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
  return { url: `${origin()}/broker`, ...state, requests, close, [Symbol.asyncDispose]: close };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, never>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : JSON.parse(text);
}

function answer(
  state: State,
  origin: string,
  { method, url = "/" }: IncomingMessage,
  body: Record<string, never>,
): Answer {
  const { pathname, searchParams } = new URL(url, origin);
  const steps = pathname
    .replace(/^\/broker\/?/, "")
    .split("/")
    .map(decodeURIComponent);
  const base = `${origin}/broker`;
  switch (`${method} ${steps[0]}`) {
    case "GET ":
      return [200, { _links: indexLinks(base) }];
    case "POST publish":
      return publish(state, body);
    case "GET pacticipant":
      return [200, { name: steps[1], _links: { "pb:branch-version": branchOf(base, steps[1] ?? "") } }];
    case "GET pacticipants":
      return version(state, base, steps);
    case "GET matrix":
      return may(state, ["", searchParams.get("q[][pacticipant]") ?? "", searchParams.get("q[][version]") ?? ""]);
    case "PUT branch":
      return (state.versions.add(`${steps[1]} ${steps[3]}`), [200, {}]);
    case "GET wanted":
      // Pact's verifier looks at the resource before it asks there.
      return [200, { _embedded: { pacts: [] }, _links: { self: link(`${base}/wanted/${steps[1]}`) } }];
    case "POST wanted":
      return wanted(state, base, steps[1] ?? "", body);
    case "GET pact":
      return pact(state, base, Number(steps[1]));
    case "POST results":
      return results(state, Number(steps[1]), body);
    case "GET may":
      return may(state, steps);
    case "GET environments":
      // By its identity an environment is what its own link leads to.
      return steps[1] === undefined ? environments(base) : environment(base);
    case "GET environment":
      return environment(base);
    case "GET there":
      return thereNow(state, base, steps[1] ?? "", searchParams.get("pacticipant"));
    case "POST deploy":
    case "POST release":
      return (state.there.set(steps.slice(1).join(" "), steps[0] === "deploy" ? "deployed" : "released"), [201, {}]);
    case "PATCH there-one":
      return (state.there.delete(steps.slice(1).join(" ")), [200, {}]);
    default:
      return [404, { error: `no ${method} ${pathname}` }];
  }
}

const branchOf = (base: string, service: string): object => ({
  href: `${base}/branch/${service}/{branch}/{version}`,
  templated: true,
});

const production = { uuid: "1", name: "production", production: true };

const environments = (base: string): Answer => [
  200,
  { _embedded: { environments: [{ ...production, _links: { self: link(`${base}/environment/production`) } }] } },
];

const environment = (base: string): Answer => [
  200,
  {
    ...production,
    _links: {
      self: link(`${base}/environments/1`),
      "pb:currently-deployed-deployed-versions": link(`${base}/there/deployed`),
      "pb:currently-supported-released-versions": link(`${base}/there/released`),
    },
  },
];

const indexLinks = (base: string): object => ({
  "pb:publish-contracts": link(`${base}/publish`),
  "pb:pacticipant-version": { href: `${base}/pacticipants/{pacticipant}/versions/{version}`, templated: true },
  "pb:pacticipant-branch-version": { href: `${base}/branch/{pacticipant}/{branch}/{version}`, templated: true },
  "pb:provider-pacts-for-verification": { href: `${base}/wanted/{provider}`, templated: true },
  "pb:can-i-deploy-pacticipant-version-to-environment": {
    href: `${base}/may/{pacticipant}/{version}/{environment}`,
    templated: true,
  },
  "pb:environments": link(`${base}/environments`),
});

function publish({ pacts, contents, versions }: State, body: Record<string, never>): Answer {
  const { pacticipantName, pacticipantVersionNumber, branch, contracts } = body as {
    pacticipantName?: string;
    branch?: string;
    pacticipantVersionNumber?: string;
    contracts?: { consumerName: string; providerName: string; specification: string; content: string }[];
  };
  if (!pacticipantName || !pacticipantVersionNumber || !contracts)
    return [400, { errors: { contracts: ["is missing"] } }];
  versions.add(`${pacticipantName} ${pacticipantVersionNumber}`);
  for (const { consumerName: consumer, providerName: provider, content } of contracts) {
    const value = JSON.parse(Buffer.from(content, "base64").toString("utf8")) as object;
    const isSame = (one: Stored): boolean =>
      one.consumer === consumer && one.provider === provider && hash(one.content) === hash(value);
    const known = contents.find(isSame) ?? { consumer, provider, content: value, versions: [], results: [] };
    if (!contents.includes(known)) contents.push(known);
    known.versions.push({ number: pacticipantVersionNumber, branch });
    pacts.set(`${consumer} ${provider}`, known);
  }
  const published = contracts.map(({ consumerName, providerName }) => ({ consumerName, providerName }));
  return [200, { notices: [], _embedded: { contracts: published }, _links: {} }];
}

function version({ versions }: State, base: string, [, service = "", , number = ""]: readonly string[]): Answer {
  if (!versions.has(`${service} ${number}`)) return [404, { error: "not found" }];
  const one = (what: string): object => [
    { name: "production", href: `${base}/${what}/production/${service}/${encodeURIComponent(number)}` },
  ];
  return [200, { number, _links: { "pb:record-deployment": one("deploy"), "pb:record-release": one("release") } }];
}

type Asked = Readonly<Record<string, string | boolean | undefined>>;

/** Each content that a selector names, once, with why; then what is in work, where it was asked for. */
function wanted(state: State, base: string, provider: string, body: Record<string, never>): Answer {
  const { consumerVersionSelectors: asked = [], includeWipPactsSince: since } = body as {
    consumerVersionSelectors?: Asked[];
    includeWipPactsSince?: string;
  };
  const mine = state.contents.filter((one) => one.provider === provider);
  if (mine.length === 0) return [404, { error: "No provider with that name was found" }];
  const reasons = new Map<Stored, string>();
  for (const selector of asked)
    for (const one of mine) {
      const reason = reasonOf(state, mine, one, selector);
      if (reason !== undefined && !reasons.has(one)) reasons.set(one, reason);
    }
  if (since !== undefined)
    for (const one of mine)
      if (!reasons.has(one) && !one.results.some(({ success }) => success)) reasons.set(one, "work in progress");
  const pacts = [...reasons].map(([one, shortDescription]) => {
    const isPending = [one.consumer, ...one.versions.map(({ number }) => `${one.consumer} ${number}`)].some((name) =>
      state.pending.has(name),
    );
    const isWork = shortDescription === "work in progress";
    return {
      shortDescription,
      verificationProperties: { pending: isPending || isWork, ...(isWork ? { wip: true } : {}), notices: [] },
      _links: {
        self: {
          href: `${base}/pact/${state.contents.indexOf(one)}`,
          name: `Pact between ${one.consumer} (${one.versions.at(-1)?.number}) and ${provider}`,
        },
      },
    };
  });
  return [200, { _embedded: { pacts }, _links: { self: link(`${base}/wanted/${provider}`) } }];
}

/** Why a selector names a content; undefined where it does not. */
function reasonOf({ there }: State, mine: readonly Stored[], one: Stored, selector: Asked): string | undefined {
  if (selector["consumer"] !== undefined && selector["consumer"] !== one.consumer) return undefined;
  const newest = (branch: string | undefined): boolean => {
    const all = mine.filter(({ consumer }) => consumer === one.consumer).flatMap(({ versions }) => versions);
    const last = branch === undefined ? mine.findLast(({ consumer }) => consumer === one.consumer) : undefined;
    if (branch === undefined) return last === one;
    return one.versions.includes(all.findLast((version) => version.branch === branch) as never);
  };
  if (selector["mainBranch"] === true) return newest("main") ? "latest from main branch" : undefined;
  const { branch } = selector;
  if (typeof branch === "string") return newest(branch) ? `latest from branch ${branch}` : undefined;
  if (selector["latest"] === true) return newest(undefined) ? "latest" : undefined;
  for (const [key, kind] of there) {
    const [environment, service, number] = key.split(" ");
    const isMeant =
      selector["deployedOrReleased"] === true ||
      selector[kind] === true ||
      (selector["environment"] !== undefined && !selector["deployed"] && !selector["released"]);
    if (selector["environment"] !== undefined && selector["environment"] !== environment) continue;
    if (isMeant && service === one.consumer && one.versions.some((version) => version.number === number))
      return `${kind === "deployed" ? "currently deployed to" : "released and supported in"} ${environment}`;
  }
  return undefined;
}

function pact({ contents }: State, base: string, index: number): Answer {
  const found = contents[index];
  if (found === undefined) return [404, { error: "not found" }];
  return [
    200,
    {
      ...found.content,
      createdAt: "2026-01-01T00:00:00+00:00",
      _links: {
        self: link(`${base}/pact/${index}`),
        "pb:provider": { href: `${base}/pacticipant/${found.provider}`, name: found.provider },
        "pb:publish-verification-results": link(`${base}/results/${index}`),
      },
    },
  ];
}

function results({ contents, versions }: State, index: number, body: Record<string, never>): Answer {
  const found = contents[index];
  const { success, providerApplicationVersion: number } = body as {
    success?: boolean;
    providerApplicationVersion?: string;
  };
  if (found === undefined || typeof success !== "boolean" || number === undefined)
    return [400, { errors: ["success is missing"] }];
  versions.add(`${found.provider} ${number}`);
  found.results.push({ success, version: number, body });
  return [201, {}];
}

/** Every contract of this version, and of what is latest with it as a producer, was kept. */
function may({ pacts, contents, versions }: State, [, service = "", number = ""]: readonly string[]): Answer {
  if (!versions.has(`${service} ${number}`)) return [404, { error: "not found" }];
  const own = contents.filter((one) => one.consumer === service && one.versions.some((v) => v.number === number));
  const mine = [...own, ...[...pacts.values()].filter(({ provider }) => provider === service)];
  const last = mine.map((one) => one.results.at(-1)?.success);
  const deployable = last.includes(false) ? false : last.includes(undefined) ? null : true;
  return [
    200,
    {
      summary: {
        deployable,
        reason:
          deployable === null
            ? "There are unverified contracts"
            : `${last.filter(Boolean).length} of ${last.length} verified`,
        success: last.filter((ok) => ok === true).length,
        failed: last.filter((ok) => ok === false).length,
        unknown: last.filter((ok) => ok === undefined).length,
      },
      notices: [],
      matrix: mine.map((one) => matrixRow(one)),
    },
  ];
}

const matrixRow = ({ consumer, provider, results }: Stored): object => ({
  consumer: {
    name: consumer,
    version: { number: "1.0.0", branch: "main", branches: [], branchVersions: [], environments: [], tags: [] },
  },
  provider: {
    name: provider,
    version: { number: "1.0.0", branch: "main", branches: [], branchVersions: [], environments: [], tags: [] },
  },
  pact: { createdAt: "2026-01-01T00:00:00+00:00" },
  verificationResult: results.at(-1)
    ? { success: results.at(-1)?.success, verifiedAt: "2026-01-01T00:00:00+00:00", _links: {} }
    : null,
});

function thereNow({ there }: State, base: string, kind: string, service: string | null): Answer {
  const mine = [...there].filter(([key, what]) => what === kind && (service === null || key.split(" ")[1] === service));
  const list = mine.map(([key]) => ({
    _embedded: { pacticipant: { name: key.split(" ")[1] }, version: { number: key.split(" ")[2] } },
    _links: { self: link(`${base}/there-one/${key.split(" ").map(encodeURIComponent).join("/")}`) },
  }));
  return [200, { _embedded: { [`${kind}Versions`]: list } }];
}
