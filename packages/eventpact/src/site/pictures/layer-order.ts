import type { Cell } from "./layers.ts";
import { numberCells } from "./layers.ts";

const SWEEPS = 24;

/** Sweeps of the barycentre heuristic in both directions; the order with the fewest crossings is kept. */
export function orderLayers(layers: Cell[][]): void {
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
    numberCells(layer);
  }
}

function sortByNeighbours(layer: Cell[], side: "before" | "after"): void {
  const weight = new Map(
    layer.map((cell) => [cell, cell[side].length === 0 ? cell.place : mean(cell[side].map((other) => other.place))]),
  );
  layer.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0) || a.place - b.place);
  numberCells(layer);
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

export function placeCells(layers: readonly Cell[][], gap: number): void {
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
