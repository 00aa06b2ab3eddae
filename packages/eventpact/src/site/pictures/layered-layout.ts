/**
 * Draws a directed graph in layers from left to right, after Sugiyama: break cycles, put every node right of what it
 * depends on, order each layer for few crossings, then move nodes towards their neighbours without changing order.
 */
import { orderLayers, placeCells } from "./layer-order.ts";
import type { Cell, LayoutEdge, LayoutNode } from "./layers.ts";
import { acyclicOrder, cellsOf, inLayers, layersOf } from "./layers.ts";

export type { LayoutEdge, LayoutNode } from "./layers.ts";

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
