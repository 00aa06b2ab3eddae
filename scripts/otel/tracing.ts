// Sends what the runtime traces to an OpenTelemetry collector, when OTEL_EXPORTER_OTLP_ENDPOINT names one. The SDK is
// not part of the installation (20 MB for those who trace); it is installed into .cache/otel when it is first wanted.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "..", ".cache", "otel");

/** The official SDK and its OTLP exporter over HTTP; `api` is the one that packages/messaging has. */
const packages = {
  "@opentelemetry/api": "1.10.0",
  "@opentelemetry/context-async-hooks": "3.1.0",
  "@opentelemetry/exporter-trace-otlp-http": "0.301.0",
  "@opentelemetry/resources": "3.1.0",
  "@opentelemetry/sdk-trace": "3.1.0",
};

interface Provider {
  shutdown(): Promise<void>;
}

/** As much of the SDK as is used here; its types come with the packages, which are not there to be checked against. */
interface Sdk {
  readonly api: {
    readonly trace: { setGlobalTracerProvider(provider: Provider): boolean };
    readonly context: { setGlobalContextManager(manager: object): boolean };
  };
  readonly trace: {
    readonly TracerProvider: new (options: object) => Provider;
    readonly BatchSpanProcessor: new (options: object) => object;
  };
  readonly exporter: { readonly OTLPTraceExporter: new (options: object) => object };
  readonly resources: { resourceFromAttributes(attributes: object): object };
  readonly hooks: { readonly AsyncLocalStorageContextManager: new () => { enable(): object } };
}

function install(tell: (line: string) => void): void {
  const wanted = JSON.stringify({ private: true, dependencies: packages });
  const stamp = join(folder, "installed.json");
  if (existsSync(stamp)) return;
  tell("Installing the OpenTelemetry SDK into .cache/otel (once) …");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), wanted);
  const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) {
    throw new Error(
      "The OpenTelemetry SDK could not be installed from the registry. Unset OTEL_EXPORTER_OTLP_ENDPOINT to start without traces.",
    );
  }
  writeFileSync(stamp, wanted);
}

/**
 * Registers the SDK for the whole process; what is traced leaves every OTEL_BSP_SCHEDULE_DELAY ms (5000). The answer
 * sends what is left and ends it. Resolves with nothing to end where no endpoint is named.
 */
export async function startTracing(
  env: Readonly<Record<string, string | undefined>>,
  tell: (line: string) => void = console.error,
): Promise<() => Promise<void>> {
  const endpoint = env["OTEL_EXPORTER_OTLP_ENDPOINT"]?.trim().replace(/\/$/, "") ?? "";
  if (endpoint === "") return async () => undefined;
  install(tell);
  const need = createRequire(join(folder, "package.json"));
  const sdk: Sdk = {
    api: need("@opentelemetry/api"),
    trace: need("@opentelemetry/sdk-trace"),
    exporter: need("@opentelemetry/exporter-trace-otlp-http"),
    resources: need("@opentelemetry/resources"),
    hooks: need("@opentelemetry/context-async-hooks"),
  };
  const exporter = new sdk.exporter.OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const provider = new sdk.trace.TracerProvider({
    resource: sdk.resources.resourceFromAttributes({ "service.name": env["OTEL_SERVICE_NAME"] ?? "shop" }),
    spanProcessors: [
      new sdk.trace.BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: Number(env["OTEL_BSP_SCHEDULE_DELAY"] ?? 5_000),
      }),
    ],
  });
  sdk.api.context.setGlobalContextManager(new sdk.hooks.AsyncLocalStorageContextManager().enable());
  sdk.api.trace.setGlobalTracerProvider(provider);
  return () => provider.shutdown().catch((error: unknown) => tell(`The last traces were not sent: ${String(error)}`));
}

/** What the environment of a process of its own needs to send its traces too, under its own name. */
export function tracedAs(name: string, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  if ((env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "") === "") return {};
  const register = new URL("register.ts", import.meta.url).href;
  return { OTEL_SERVICE_NAME: name, NODE_OPTIONS: `${env["NODE_OPTIONS"] ?? ""} --import=${register}`.trim() };
}
