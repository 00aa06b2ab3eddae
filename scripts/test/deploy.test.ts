import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { catalog } from "@shop/events";
import { manifests } from "../deploy/kubernetes.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(import.meta.dirname, "..", "..", "deploy", "kubernetes");

describe("the Kubernetes manifests", () => {
  test("are those that follow from the catalogue; `npm run deploy` writes them", () => {
    const expected = Object.fromEntries(manifests(catalog));
    const found = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
    );
    expect(found).toEqual(expected);
  });

  test("never start more instances than partitions, and scale by every topic the service hears", () => {
    const inventory = manifests(catalog).get("inventory.yaml") ?? "";
    expect(inventory).toContain(`maxReplicaCount: ${catalog.topics["order-events"]?.partitions}`);
    expect(inventory.match(/topic: .*/g)).toEqual(["topic: order-events", "topic: payment-events"]);
  });
});

describe("the containers", () => {
  const compose = parse(readFileSync(join(root, "docker-compose.yaml"), "utf8"), { merge: true }) as {
    services: Record<string, { environment?: Record<string, string>; ports?: string[]; profiles?: string[] }>;
  };

  test("run every service of the catalogue, all on one Kafka and one PostgreSQL", () => {
    const services = Object.entries(compose.services).filter(([, { environment }]) => environment?.["SERVICE"]);
    expect(services.map(([name]) => name).toSorted()).toEqual(Object.keys(catalog.services).toSorted());
    for (const [name, { environment, profiles }] of services) {
      expect(environment).toMatchObject({ SERVICE: name, KAFKA_BROKERS: "kafka:29092", REQUESTS_PER_MINUTE: "0" });
      expect(profiles).toEqual(["shop"]);
    }
  });

  test("publish ports to this machine only", () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(2);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  test("are built with every package that the lockfile links", () => {
    const dockerfile = readFileSync(join(root, "deploy", "Dockerfile"), "utf8");
    const packages = readdirSync(join(root, "packages"));
    expect(packages.filter((name) => !dockerfile.includes(`COPY packages/${name}/package.json`))).toEqual([]);
  });
});
