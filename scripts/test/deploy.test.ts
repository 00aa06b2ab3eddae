import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { catalog } from "@shop/events";
import { manifests } from "../deploy/kubernetes.ts";

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
