import { describe, expect, test } from "@jest/globals";
import { keepingOf } from "../../src/deploy/keeping.ts";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const brokers = { retention: {}, segment: 7 * day, retentionCheck: 5 * minute };

describe("how long an event can be met in a topic", () => {
  test("retention counts from the newest record of its segment, and a segment is written to for as long as the brokers say", () => {
    expect(keepingOf(brokers, "orders", [{ retentionMs: hour }])).toEqual({
      span: hour + 7 * day + 5 * minute,
      retention: hour,
      why: "orders keeps 1 hour, and Kafka up to 7 days longer until a segment ends",
      isStated: true,
    });
  });

  test("a topic's own segment.ms counts instead, the longest of all its declarations", () => {
    const declared = [
      { retentionMs: day, segmentMs: hour },
      { retentionMs: hour, segmentMs: 2 * hour },
    ];
    expect(keepingOf(brokers, "orders", declared).span).toBe(day + 2 * hour + 5 * minute);
    expect(keepingOf(brokers, "orders", [...declared, { retentionMs: hour }]).span).toBe(day + 7 * day + 5 * minute);
  });

  test("what eventpact.yaml says in place of retention.ms is Kafka's retention too", () => {
    const { span, why } = keepingOf({ ...brokers, retention: { orders: 30 * day } }, "orders", [{ retentionMs: hour }]);
    expect([span, why]).toEqual([
      37 * day + 5 * minute,
      "orders keeps 30 days (eventpact.yaml), and Kafka up to 7 days longer until a segment ends",
    ]);
  });

  test.each([
    ["-1", -1],
    ["Kafka's Long.MAX", Number("9223372036854775807")],
    ["more milliseconds than a calendar has", 1e15],
  ])("for ever is for ever in every spelling: %s", (_, retentionMs) => {
    expect(keepingOf(brokers, "orders", [{ retentionMs }, { retentionMs: hour }]).span).toBe(null);
  });

  test("a segment that is never closed keeps its first record for ever", () => {
    expect(keepingOf(brokers, "orders", [{ retentionMs: hour, segmentMs: Number("9223372036854775807") }]).span).toBe(
      null,
    );
  });

  test("a compacted topic has no end, one that is compacted and deleted from ends as others", () => {
    expect(keepingOf(brokers, "orders", [{ retentionMs: hour, cleanupPolicy: "compact" }]).span).toBe(null);
    expect(keepingOf(brokers, "orders", [{ retentionMs: hour, cleanupPolicy: "compact,delete" }]).span).not.toBe(null);
  });
});
