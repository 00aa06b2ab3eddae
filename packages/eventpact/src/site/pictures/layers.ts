/** The first steps of the layout: cycles are broken, every node gets its layer, long edges get bends. */
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

export interface Cell {
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

/** Positions in an order against which few edges point (Eades, Lin and Smyth 1993). */
export function acyclicOrder(
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
export function layersOf(
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
export function cellsOf(
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

export function inLayers(cells: readonly Cell[]): Cell[][] {
  const layers: Cell[][] = [];
  for (const cell of cells) (layers[cell.layer] ??= []).push(cell);
  const filled = layers.filter((layer) => layer !== undefined);
  for (const layer of filled) numberCells(layer);
  return filled;
}

export function numberCells(layer: readonly Cell[]): void {
  for (const [index, cell] of layer.entries()) cell.place = index;
}
