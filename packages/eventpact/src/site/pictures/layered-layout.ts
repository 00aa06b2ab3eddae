/**
 * Draws a directed graph in layers from left to right, after Sugiyama: break cycles, put every node right of what it
 * depends on, order each layer for few crossings, then move nodes towards their neighbours without changing order.
 */
export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
  /** How much it matters that it leads to the right (default 1). */
  readonly weight?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Upper left corners. */
  readonly nodes: ReadonlyMap<string, Point>;
  /** From the border of `from` to the border of `to`, parallel to the edges given. */
  readonly edges: readonly (readonly Point[])[];
}

export interface Spacing {
  /** Between layers. */
  readonly layer: number;
  /** Between nodes of one layer. */
  readonly node: number;
}

interface Cell {
  readonly id: string;
  readonly layer: number;
  readonly width: number;
  readonly height: number;
  readonly isBend: boolean;
  readonly before: Cell[];
  readonly after: Cell[];
  place: number;
  y: number;
}

const SPACING: Spacing = { layer: 72, node: 18 };

/**
 * In: nodes with unique ids, edges between them (others are ignored), and the nodes that should begin where a cycle has
 * no beginning, most wanted first. The same input gives the same picture.
 */
export function layeredLayout(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  begin: readonly string[] = [],
  spacing: Spacing = SPACING,
): Layout {
  const ids = nodes.map(({ id }) => id);
  const known = new Set(ids);
  const drawn = edges.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to);
  const rank = acyclicOrder(ids, drawn, begin);
  const layerOf = layersOf(ids, drawn, rank);
  const { cells, chains } = cellsOf(nodes, drawn, rank, layerOf);
  const layers = inLayers(cells);
  orderLayers(layers);
  placeCells(layers, spacing.node);
  return finish(layers, chains, edges, spacing);
}

/** Positions in an order against which few edges point (Eades, Lin and Smyth 1993). */
function acyclicOrder(
  ids: readonly string[],
  edges: readonly LayoutEdge[],
  begin: readonly string[],
): ReadonlyMap<string, number> {
  const left = new Set(ids);
  const head: string[] = [];
  const tail: string[] = [];
  const degree = (id: string, end: "from" | "to"): number => {
    const other = end === "from" ? "to" : "from";
    const open = edges.filter((edge) => edge[end] === id && left.has(edge[other]));
    return open.reduce((sum, { weight = 1 }) => sum + weight, 0);
  };
  while (left.size > 0) {
    const sink = [...left].find((id) => degree(id, "from") === 0);
    const source = sink === undefined ? [...left].find((id) => degree(id, "to") === 0) : undefined;
    const next = sink ?? source ?? begin.find((id) => left.has(id)) ?? mostOutgoing([...left], degree);
    (sink === undefined ? head : tail).push(next);
    left.delete(next);
  }
  return new Map([...head, ...tail.toReversed()].map((id, index) => [id, index]));
}

function mostOutgoing(ids: readonly string[], degree: (id: string, end: "from" | "to") => number): string {
  const scores = ids.map((id) => degree(id, "from") - degree(id, "to"));
  return ids[scores.indexOf(Math.max(...scores))] ?? "";
}

function oriented(edge: LayoutEdge, rank: ReadonlyMap<string, number>): readonly [string, string] {
  const isForward = (rank.get(edge.from) ?? 0) < (rank.get(edge.to) ?? 0);
  return isForward ? [edge.from, edge.to] : [edge.to, edge.from];
}

/** Longest path from the left; then a node with nothing before it moves next to what follows. */
function layersOf(
  ids: readonly string[],
  edges: readonly LayoutEdge[],
  rank: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const order = ids.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  const arrows = edges.map((edge) => oriented(edge, rank));
  const layer = new Map<string, number>(ids.map((id) => [id, 0]));
  const following = Map.groupBy(arrows, ([from]) => from);
  const followers = new Set(arrows.map(([, to]) => to));
  for (const id of order)
    for (const [, to] of following.get(id) ?? []) layer.set(to, Math.max(layer.get(to) ?? 0, (layer.get(id) ?? 0) + 1));
  for (const id of order.toReversed()) {
    const after = (following.get(id) ?? []).map(([, to]) => layer.get(to) ?? 0);
    if (!followers.has(id) && after.length > 0) layer.set(id, Math.min(...after) - 1);
  }
  return layer;
}

/** Every node a cell, and a bend for each layer that an edge passes. */
function cellsOf(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  rank: ReadonlyMap<string, number>,
  layerOf: ReadonlyMap<string, number>,
): { cells: Cell[]; chains: Map<LayoutEdge, Cell[]> } {
  const cell = (id: string, layer: number, width: number, height: number, isBend: boolean): Cell => {
    return { id, layer, width, height, isBend, before: [], after: [], place: 0, y: 0 };
  };
  const byId = new Map(
    nodes.map((node) => [node.id, cell(node.id, layerOf.get(node.id) ?? 0, node.width, node.height, false)]),
  );
  const cells = [...byId.values()];
  const chains = new Map<LayoutEdge, Cell[]>();
  for (const edge of edges) {
    const [from, to] = oriented(edge, rank).map((id) => byId.get(id));
    if (!from || !to) continue;
    const chain = [from];
    for (let layer = from.layer + 1; layer < to.layer; layer++) chain.push(cell("", layer, 0, 4, true));
    chain.push(to);
    cells.push(...chain.slice(1, -1));
    for (const [index, one] of chain.slice(0, -1).entries()) {
      const next = chain[index + 1];
      if (next) connect(one, next);
    }
    chains.set(edge, from.id === edge.from ? chain : chain.toReversed());
  }
  return { cells, chains };
}

function connect(from: Cell, to: Cell): void {
  from.after.push(to);
  to.before.push(from);
}

function inLayers(cells: readonly Cell[]): Cell[][] {
  const layers: Cell[][] = [];
  for (const cell of cells) (layers[cell.layer] ??= []).push(cell);
  const filled = layers.filter((layer) => layer !== undefined);
  for (const layer of filled) number(layer);
  return filled;
}

function number(layer: readonly Cell[]): void {
  for (const [index, cell] of layer.entries()) cell.place = index;
}

const SWEEPS = 24;

/** Sweeps of the barycentre heuristic in both directions; the order with the fewest crossings is kept. */
function orderLayers(layers: Cell[][]): void {
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) sortByNeighbours(layer, isDown ? "before" : "after");
    const count = crossings(layers);
    if (count < fewest) {
      fewest = count;
      best = layers.map((layer) => [...layer]);
    }
  }
  for (const [index, layer] of best.entries()) {
    layers[index] = layer;
    number(layer);
  }
}

function sortByNeighbours(layer: Cell[], side: "before" | "after"): void {
  const weight = new Map(
    layer.map((cell) => [cell, cell[side].length === 0 ? cell.place : mean(cell[side].map((other) => other.place))]),
  );
  layer.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0) || a.place - b.place);
  number(layer);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function crossings(layers: readonly Cell[][]): number {
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((cell) => cell.after.map((other) => other.place).toSorted((a, b) => a - b));
    for (let one = 0; one < ends.length; one++)
      for (let other = one + 1; other < ends.length; other++) if ((ends[one] ?? 0) > (ends[other] ?? 0)) count += 1;
  }
  return count;
}

function placeCells(layers: readonly Cell[][], gap: number): void {
  for (const layer of layers) {
    let y = 0;
    for (const cell of layer) {
      cell.y = y + cell.height / 2;
      y += cell.height + gap;
    }
  }
  for (let round = 0; round < 16; round++) {
    const isDown = round % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) settle(layer, gap);
  }
}

/**
 * Moves a layer's cells as near as possible (least squares) to the middle of their neighbours, keeping order and
 * distance: isotonic regression by pooling adjacent violators. Bends weigh more, so that long lines run straight.
 */
function settle(layer: readonly Cell[], gap: number): void {
  const offsets: number[] = [];
  let offset = 0;
  for (const [index, cell] of layer.entries()) {
    const above = layer[index - 1];
    if (above) offset += above.height / 2 + gap + cell.height / 2;
    offsets.push(offset);
  }
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (const [index, cell] of layer.entries()) {
    const neighbours = [...cell.before, ...cell.after];
    const wish = neighbours.length === 0 ? cell.y : mean(neighbours.map((other) => other.y));
    const weight = cell.isBend ? 4 : 1 + neighbours.length / 4;
    pools.push({ sum: (wish - (offsets[index] ?? 0)) * weight, weight, count: 1 });
    for (let last = pools.at(-1), above = pools.at(-2); last && above; last = pools.at(-1), above = pools.at(-2)) {
      if (above.sum / above.weight <= last.sum / last.weight) break;
      pools.splice(-2, 2, {
        sum: above.sum + last.sum,
        weight: above.weight + last.weight,
        count: above.count + last.count,
      });
    }
  }
  let index = 0;
  for (const pool of pools)
    for (let left = pool.count; left > 0; left--, index++) {
      const cell = layer[index];
      if (cell) cell.y = pool.sum / pool.weight + (offsets[index] ?? 0);
    }
}

function finish(
  layers: readonly Cell[][],
  chains: ReadonlyMap<LayoutEdge, readonly Cell[]>,
  edges: readonly LayoutEdge[],
  spacing: Spacing,
): Layout {
  const all = layers.flat();
  const top = Math.min(0, ...all.map((cell) => cell.y - cell.height / 2));
  const left: number[] = [];
  let x = 0;
  for (const layer of layers) {
    left.push(x);
    x += Math.max(0, ...layer.map((cell) => cell.width)) + spacing.layer;
  }
  const widths = layers.map((layer) => Math.max(0, ...layer.map((cell) => cell.width)));
  const at = (cell: Cell): Point => {
    const spare = (widths[cell.layer] ?? 0) - cell.width;
    return { x: (left[cell.layer] ?? 0) + spare / 2, y: cell.y - cell.height / 2 - top };
  };
  const sides = (layer: number): readonly [number, number] => {
    return [left[layer] ?? 0, (left[layer] ?? 0) + (widths[layer] ?? 0)];
  };
  const nodes = new Map(all.filter((cell) => !cell.isBend).map((cell) => [cell.id, at(cell)]));
  return {
    width: Math.max(0, x - spacing.layer),
    height: Math.max(0, ...all.map((cell) => cell.y + cell.height / 2 - top)),
    nodes,
    edges: edges.map((edge) => pointsOf(chains.get(edge) ?? [], at, sides)),
  };
}

/** Where a line leaves and enters: on the facing sides, spread by the order of what lies beyond. It crosses a layer level. */
function pointsOf(
  chain: readonly Cell[],
  at: (cell: Cell) => Point,
  sides: (layer: number) => readonly [number, number],
): readonly Point[] {
  const isRightward = (chain[0]?.layer ?? 0) < (chain.at(-1)?.layer ?? 0);
  return chain.flatMap((cell, index) => {
    const { x, y } = at(cell);
    const other = chain[index === 0 ? 1 : index - 1];
    if (cell.isBend || !other) {
      const level = sides(cell.layer).map((side) => ({ x: side, y: y + cell.height / 2 }));
      return isRightward ? level : level.toReversed();
    }
    const isRight = other.layer > cell.layer;
    const beside = (isRight ? cell.after : cell.before).toSorted((a, b) => a.y - b.y);
    const port = (beside.indexOf(other) + 1) / (beside.length + 1);
    const spread = Math.min(cell.height - 8, beside.length * 9);
    return [{ x: isRight ? x + cell.width : x, y: y + cell.height / 2 + (port - 0.5) * spread }];
  });
}
