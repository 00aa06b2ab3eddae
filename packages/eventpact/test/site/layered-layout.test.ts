import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { layeredLayout, type LayoutEdge, type LayoutNode } from "../../src/site/pictures/layered-layout.ts";

const node = (id: string): LayoutNode => ({ id, width: 100, height: 40 });
const edge = (from: string, to: string): LayoutEdge => ({ from, to });

test("what follows stands right of what it follows", () => {
  const { nodes } = layeredLayout(["a", "b", "c"].map(node), [edge("a", "b"), edge("b", "c"), edge("a", "c")]);
  const x = (id: string): number => nodes.get(id)?.x ?? -1;
  expect([x("a"), x("b"), x("c")]).toEqual([x("a"), x("b"), x("c")].toSorted((one, other) => one - other));
  expect(x("a")).toBeLessThan(x("b"));
  expect(x("b")).toBeLessThan(x("c"));
});

test("a circle begins where it was asked to begin, and one arrow leads back", () => {
  const edges = [edge("a", "b"), edge("b", "c"), edge("c", "a")];
  for (const [begin, back] of [
    ["b", 0],
    ["c", 1],
    ["a", 2],
  ] as const) {
    const layout = layeredLayout(["a", "b", "c"].map(node), edges, [begin]);
    const isBack = layout.edges.map((points) => (points[0]?.x ?? 0) > (points.at(-1)?.x ?? 0));
    expect(isBack.indexOf(true)).toBe(back);
    expect(isBack.filter(Boolean)).toHaveLength(1);
  }
});

test("two lines that need not cross do not", () => {
  const layout = layeredLayout(["a", "b", "x", "y"].map(node), [edge("a", "y"), edge("b", "x")]);
  const y = (id: string): number => layout.nodes.get(id)?.y ?? 0;
  expect(Math.sign(y("a") - y("b"))).toBe(Math.sign(y("y") - y("x")));
});

test("no boxes overlap, all lines touch their boxes, and equal graphs give equal pictures, whatever the graph", () => {
  const graph = fc.integer({ min: 1, max: 14 }).chain((count) => {
    const id = fc.integer({ min: 0, max: count - 1 }).map((n) => `n${n}`);
    return fc.record({
      nodes: fc.constant(Array.from({ length: count }, (_, n) => node(`n${n}`))),
      edges: fc.array(fc.record({ from: id, to: id }), { maxLength: 30 }),
    });
  });
  fc.assert(
    fc.property(graph, ({ nodes, edges }) => {
      const layout = layeredLayout(nodes, edges);
      expect(layout.nodes.size).toBe(nodes.length);
      const boxes = [...layout.nodes.values()];
      for (const [index, a] of boxes.entries())
        for (const b of boxes.slice(index + 1))
          expect(Math.abs(a.x - b.x) >= 100 || Math.abs(a.y - b.y) >= 40 - 1e-6).toBe(true);
      for (const [index, { from, to }] of edges.entries()) {
        const points = layout.edges[index] ?? [];
        if (from === to) continue;
        for (const [id, point] of [
          [from, points[0]],
          [to, points.at(-1)],
        ] as const) {
          const box = layout.nodes.get(id) ?? { x: -1, y: -1 };
          expect([box.x, box.x + 100]).toContain(point?.x);
          expect(Math.abs((point?.y ?? 0) - box.y - 20)).toBeLessThanOrEqual(20);
        }
      }
      expect(layeredLayout(nodes, edges)).toEqual(layout);
    }),
    { numRuns: 60 },
  );
});

test("a large graph is laid out in moments", () => {
  const nodes = Array.from({ length: 160 }, (_, n) => node(`n${n}`));
  const edges = Array.from({ length: 400 }, (_, n) => edge(`n${(n * 7) % 160}`, `n${(n * 13 + 5) % 160}`));
  // What this process computed: others on the machine do not count.
  const started = process.cpuUsage();
  layeredLayout(nodes, edges);
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000);
});
