import type { Catalog } from "@eventpact/messaging";
import { stringify } from "yaml";

/** What differs between the services; the rest follows from the catalogue. */
interface Sizing {
  readonly memory: string;
  /** Records of lag per instance before another one is started. */
  readonly lagPerInstance: number;
}

const usual: Sizing = { memory: "256Mi", lagPerInstance: 1_000 };

type Variable = { readonly name: string; readonly value?: string; readonly valueFrom?: object };

const operators: Variable = {
  name: "OPS_TOKEN",
  valueFrom: { secretKeyRef: { name: "operations", key: "token", optional: true } },
};

const ofService = (name: string): readonly Variable[] => [
  { name: "SERVICE", value: name },
  { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: `${name}-database`, key: "url" } } },
  operators,
];

/** The services stand behind the port 80 of their names; the gateway limits what one address may ask. */
const ofGateway: readonly Variable[] = [
  { name: "SERVICE_URL", value: "http://{service}" },
  { name: "REQUESTS_PER_MINUTE", value: "6000" },
  operators,
];

/** Each instance of a service is asked for itself. The gateway tells of all at once: counted beside them, all would count twice. */
const scraped = { "prometheus.io/scrape": "true", "prometheus.io/port": "3000", "prometheus.io/path": "/metrics" };

const deployment = (name: string, { memory }: Sizing, env: readonly Variable[], more: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, labels: { app: name } },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: {
        labels: { app: name },
        annotations: name === "gateway" ? { "prometheus.io/scrape": "false" } : scraped,
      },
      spec: {
        terminationGracePeriodSeconds: 30, // longer than the 10 s in which a service drains
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name,
            image: "shop",
            ...more,
            ports: [{ name: "http", containerPort: 3000 }],
            env,
            envFrom: [{ configMapRef: { name: "shop" } }],
            startupProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 2, failureThreshold: 60 },
            livenessProbe: { httpGet: { path: "/livez", port: "http" }, periodSeconds: 10 },
            readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 5 },
            resources: { requests: { cpu: "50m", memory }, limits: { memory: "512Mi" } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      },
    },
  },
});

const startGateway = { command: ["node", "packages/gateway/src/main.ts"] };

const service = (name: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
});

/** Scaling by lag, by KEDA: never more instances than the busiest topic has partitions, for the rest would idle. */
function scaling(name: string, catalog: Catalog, { lagPerInstance }: Sizing) {
  const heard = new Set(catalog.services[name]?.receives.map(({ event }) => catalog.events[event]?.topic ?? ""));
  const topics = Object.entries(catalog.topics).filter(([topic]) => heard.has(topic));
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: { name },
    spec: {
      scaleTargetRef: { name },
      minReplicaCount: 1,
      maxReplicaCount: Math.max(...topics.map(([, { partitions }]) => partitions)),
      triggers: topics.map(([topic]) => ({
        type: "kafka",
        metadata: {
          bootstrapServersFromEnv: "KAFKA_BROKERS",
          consumerGroup: name,
          topic,
          lagThreshold: String(lagPerInstance),
          offsetResetPolicy: "earliest",
        },
      })),
    },
  };
}

const shared = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "shop" },
  data: {
    KAFKA_BROKERS: "kafka:9092",
    LOG_LEVEL: "info",
    SMTP_URL: "",
    SMTP_FROM: "Shop <orders@shop.example>",
    REQUESTS_PER_MINUTE: "0",
  },
};

/**
 * Kubernetes manifests by file name: one file per service (deployment, service, scaling by lag), one for the gateway
 * and one for what they share. Secrets are named, never written.
 */
export function manifests(catalog: Catalog): ReadonlyMap<string, string> {
  const write = (documents: readonly object[]): string =>
    `# Made by scripts/deploy.ts from the catalogue; change that instead.\n${documents
      .map((document) => stringify(document, { lineWidth: 120, aliasDuplicateObjects: false }))
      .join("---\n")}`;
  const names = Object.keys(catalog.services).toSorted();
  return new Map([
    ["shop.yaml", write([shared])],
    ["gateway.yaml", write([deployment("gateway", usual, ofGateway, startGateway), service("gateway")])],
    ...names.map(
      (name) =>
        [
          `${name}.yaml`,
          write([deployment(name, usual, ofService(name)), service(name), scaling(name, catalog, usual)]),
        ] as const,
    ),
  ]);
}
