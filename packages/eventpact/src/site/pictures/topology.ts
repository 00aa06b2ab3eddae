import { html, type Html } from "../markup/html.ts";
import type { Layout, LayoutEdge, Point } from "./layered-layout.ts";
import { layeredLayout } from "./layered-layout.ts";

export interface PictureNode {
  readonly id: string;
  readonly kind: "service" | "topic" | "event";
  readonly label: string;
  readonly href: string;
  /** The one the page is about. */
  readonly isSubject?: boolean;
}

export type PictureEdge = LayoutEdge;

const HEIGHT = { service: 42, topic: 32, event: 32 };
const LONGEST = 34;
const MARGIN = 12;

/** A wider picture is not made smaller to fit, since nobody could read it; it scrolls. */
const MAX_SCALED = 1500;

/**
 * Boxes and arrows as SVG; every box is a link. `label` says what the picture shows, for those who cannot see it;
 * `begin` names the nodes that should stand left where everything is a circle.
 */
export function topologyPicture(
  label: string,
  nodes: readonly PictureNode[],
  edges: readonly PictureEdge[],
  begin: readonly string[] = [],
): Html {
  const boxes = nodes.map((node) => ({ ...node, text: shortened(node.label) }));
  const layout = layeredLayout(
    boxes.map(({ id, kind, text }) => ({ id, width: widthOf(text, kind), height: HEIGHT[kind] })),
    edges,
    begin,
  );
  const width = Math.ceil(layout.width + 2 * MARGIN);
  const height = Math.ceil(layout.height + 2 * MARGIN);
  return html`<div class="picture" tabindex="0" role="group" aria-label="${label}">
    <svg
      class="graph${layout.width > MAX_SCALED && " large"}"
      viewBox="0 0 ${width} ${height}"
      width="${width}"
      height="${height}"
    >
      <g class="edges" aria-hidden="true">${edges.map((edge, index) => arrow(edge, layout.edges[index] ?? []))}</g>
      ${boxes.map((node) => box(node, layout))}
    </svg>
  </div>`;
}

/** Long names are cut in the middle: they often differ at their ends. */
function shortened(label: string): string {
  const characters = [...label];
  if (characters.length <= LONGEST) return label;
  const half = Math.floor((LONGEST - 1) / 2);
  return `${characters.slice(0, half).join("")}…${characters.slice(-half).join("")}`;
}

/** Wide characters (Hangul, Han, Kana) take about twice the room of Latin letters. */
function widthOf(text: string, kind: PictureNode["kind"]): number {
  const units = [...text].reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) > 0x1100 ? 13 : 7.4), 0);
  return Math.max(kind === "service" ? 104 : 88, Math.round(units) + 34);
}

function box(node: PictureNode & { readonly text: string }, layout: Layout): Html {
  const { x, y } = layout.nodes.get(node.id) ?? { x: 0, y: 0 };
  const width = widthOf(node.text, node.kind);
  const height = HEIGHT[node.kind];
  const round = node.kind === "topic" ? height / 2 : 8;
  return html`<a class="node ${node.kind}${node.isSubject ? " subject" : ""}" href="${node.href}" data-id="${node.id}">
    ${node.text !== node.label && html`<title>${node.label}</title>`}
    <rect x="${x + MARGIN}" y="${y + MARGIN}" width="${width}" height="${height}" rx="${round}"></rect>
    <text x="${x + MARGIN + width / 2}" y="${y + MARGIN + height / 2}" dy="0.35em" text-anchor="middle"
      >${node.text}</text
    >
  </a>`;
}

function arrow(edge: PictureEdge, points: readonly Point[]): Html {
  const [last, before] = [points.at(-1), points.at(-2)];
  if (!last || !before) return html``;
  const isRight = last.x > before.x;
  const tip = isRight ? -1 : 1;
  const shifted = points.map(({ x, y }) => ({ x: round(x + MARGIN), y: round(y + MARGIN) }));
  const end = { x: round(last.x + MARGIN + tip * 6), y: round(last.y + MARGIN) };
  const line = [...shifted.slice(0, -1), end];
  const head = `${end.x - tip * 6},${end.y} ${end.x},${end.y - 4} ${end.x},${end.y + 4}`;
  return html`<g class="edge" data-from="${edge.from}" data-to="${edge.to}"
    ><path d="${curve(line)}"></path><polygon points="${head}"></polygon
  ></g>`;
}

function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x},${first.y}`;
  let from = first;
  for (const point of rest) {
    const bend = round((point.x - from.x) / 2);
    const isLevel = Math.abs(point.y - from.y) < 0.5;
    path += isLevel
      ? `L${point.x},${point.y}`
      : `C${round(from.x + bend)},${from.y} ${round(point.x - bend)},${point.y} ${point.x},${point.y}`;
    from = point;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
