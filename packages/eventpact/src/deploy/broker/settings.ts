import { UsageError } from "../../command-line/command.ts";

/** How a Pact Broker is reached. */
export interface BrokerSettings {
  readonly url: URL;
  /** The value of the `Authorization` header. */
  readonly authorization?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * From the variables that Pact's own tools read: `PACT_BROKER_BASE_URL`, with `PACT_BROKER_TOKEN` or `PACT_BROKER_USERNAME`
 * and `PACT_BROKER_PASSWORD`. Undefined where no broker is set.
 */
export function brokerSettings(env: Environment): BrokerSettings | undefined {
  const base = env["PACT_BROKER_BASE_URL"];
  if (base === undefined || base === "") return undefined;
  const url = URL.parse(base.endsWith("/") ? base : `${base}/`);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new UsageError("PACT_BROKER_BASE_URL is no http or https address.");
  const authorization = authorizationOf(env, url);
  // What is in the address is in the header from here on, and in no message.
  url.username = "";
  url.password = "";
  return { url, ...(authorization === undefined ? {} : { authorization }) };
}

function authorizationOf(env: Environment, url: URL): string | undefined {
  const token = env["PACT_BROKER_TOKEN"];
  if (token) return `Bearer ${token}`;
  const user = env["PACT_BROKER_USERNAME"] ?? decodeURIComponent(url.username);
  const password = env["PACT_BROKER_PASSWORD"] ?? decodeURIComponent(url.password);
  return user ? `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` : undefined;
}
