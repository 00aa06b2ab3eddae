import type { Flow, FlowStep } from "../facts/flows.ts";
import { html, type Html } from "../markup/html.ts";

export interface SequenceOptions {
  readonly label: string;
  /** Address of an event's page. */
  readonly event: (key: string) => string;
  readonly service: (name: string) => string;
  /** Milliseconds as text. */
  readonly time: (milliseconds: number) => string;
}

const WIDEST_LANE = 168;
const NARROWEST_LANE = 148;
/** Has room for `+59.9 minutes`. */
const LEFT = 108;
/** What a page on a desktop has room for. */
const ROOM = 916;
const TOP = 74;
const STEP = 52;

/** Services as lifelines, events as arrows from the one who says to those who react; others who hear it get a dot. */
export function sequencePicture(flow: Flow, options: SequenceOptions): Html {
  const count = flow.participants.length;
  const lane = Math.min(WIDEST_LANE, Math.max(NARROWEST_LANE, Math.floor((ROOM - LEFT) / count)));
  const lanes = new Map(flow.participants.map((name, index) => [name, LEFT + lane / 2 + index * lane]));
  const width = LEFT + lane * count + (count > 1 ? 4 : lane);
  const height = TOP + STEP * flow.steps.length + 24;
  return html`<div class="picture" tabindex="0" role="group" aria-label="${options.label}">
    <svg class="sequence" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
      ${[...lanes].map(([name, x]) => lifeline(name, x, height, options))}
      ${flow.steps.map((step, index) => message(step, index, flow.steps, lanes, options))}
    </svg>
  </div>`;
}

function lifeline(name: string, x: number, height: number, options: SequenceOptions): Html {
  const text = name.length > 18 ? `${name.slice(0, 17)}…` : name;
  return html`<line class="lifeline" x1="${x}" y1="52" x2="${x}" y2="${height - 8}"></line>
    <a class="node service" href="${options.service(name)}"
      >${text !== name && html`<title>${name}</title>`}
      <rect x="${x - 68}" y="12" width="136" height="40" rx="8"></rect>
      <text x="${x}" y="32" dy="0.35em" text-anchor="middle">${text}</text>
    </a>`;
}

function message(
  step: FlowStep,
  index: number,
  steps: readonly FlowStep[],
  lanes: ReadonlyMap<string, number>,
  options: SequenceOptions,
): Html {
  const y = TOP + index * STEP + 26;
  const from = lanes.get(step.sender ?? "");
  const hearing = step.reactors.length > 0 ? step.reactors : step.listeners;
  const targets = hearing.flatMap((name) => lanes.get(name) ?? []).filter((x) => x !== from);
  const dots = step.listeners
    .flatMap((name) => lanes.get(name) ?? [])
    .filter((x) => !targets.includes(x) && x !== from);
  const start = from ?? Math.min(...targets, LEFT + WIDEST_LANE / 2);
  const isLeft =
    targets.length > 0 ? Math.max(...targets) <= start : lanes.size > 1 && start >= Math.max(...lanes.values());
  const side = isLeft ? -1 : 1;
  const before = steps[index - 1]?.afterMs;
  const isLater = step.afterMs !== undefined && index > 0 && step.afterMs !== before;
  const label = step.event.length > 30 ? `${step.event.slice(0, 29)}…` : step.event;
  return html`<g class="message">
    ${isLater && html`<text class="time" x="${LEFT - 22}" y="${y}" dy="0.35em" text-anchor="end">+${options.time(step.afterMs ?? 0)}</text>`}
    ${targets.map((x) => ray(start, x, y))}
    ${dots.map((x) => html`<circle class="hears" cx="${x}" cy="${y}" r="3.5"></circle>`)}
    <circle class="says" cx="${start}" cy="${y}" r="5"></circle>
    <a href="${options.event(step.event)}"
      ><text class="what" x="${start + side * 12}" y="${y - 9}" text-anchor="${side > 0 ? "start" : "end"}"
        >${label}</text
      ></a
    >
  </g>`;
}

function ray(from: number, to: number, y: number): Html {
  const tip = to > from ? -1 : 1;
  const end = to + tip * 2;
  return html`<line class="ray" x1="${from}" y1="${y}" x2="${end + tip * 7}" y2="${y}"></line>
    <polygon class="tip" points="${end},${y} ${end + tip * 8},${y - 4.5} ${end + tip * 8},${y + 4.5}"></polygon>`;
}
