// The figures as Markdown: medians with their spread, and ratios that are taken within one round.
import { summarise, type Measured } from "../measure.ts";
import type { Rate, Round } from "./rounds.ts";
import type { SagaFigures } from "./saga.ts";

const whole = (value: number): string => Math.round(value).toLocaleString("en");
const spread = ({ median, low, high }: Measured, show: (value: number) => string): string =>
  `${show(low)} – **${show(median)}** – ${show(high)}`;
const percent = (value: number): string => `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;

type Line = keyof Omit<Round, "bytes" | "drain">;

const rate = (rounds: readonly Round[], line: Line): string =>
  spread(summarise(rounds.map((round) => round[line].perSecond)), whole);

const ratio = (rounds: readonly Round[], line: Line, to: Line): string =>
  spread(summarise(rounds.map((round) => round[line].perSecond / round[to].perSecond)), percent);

const cpu = (rounds: readonly Round[], line: Line): string =>
  spread(summarise(rounds.map((round) => (round[line] satisfies Rate).cpuMs)), (value) => value.toFixed(0));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Side by side with the client alone. */
export function clientTable(rounds: readonly Round[], count: number): string {
  const bytes = summarise(rounds.map((round) => round.bytes)).median;
  const drain = spread(summarise(rounds.map((round) => round.drain)), whole);
  return [
    `${rounds.length} rounds of ${whole(count)} orders of ${whole(bytes)} bytes (two lines, four events for each key, 6 partitions), in turns; lowest – **median** – highest.`,
    "",
    table(
      ["", "records/s", "of the client's", "CPU ms per 1,000"],
      [
        ["**Producing**", "", "", ""],
        [
          "client alone: ready bytes, 500 a send, idempotent, all acks",
          rate(rounds, "rawProduce"),
          "",
          cpu(rounds, "rawProduce"),
        ],
        [
          "ours: commands of 500 events, validated, outbox, relay, the same sends",
          rate(rounds, "ourProduce"),
          ratio(rounds, "ourProduce", "rawProduce"),
          cpu(rounds, "ourProduce"),
        ],
        ["ours: the relay alone, over a full outbox", drain, "", ""],
        ["**Consuming**", "", "", ""],
        ["client alone: bytes, nothing committed", rate(rounds, "rawConsume"), "", cpu(rounds, "rawConsume")],
        [
          "client alone: bytes, offsets committed every 500 (at least once, no inbox: **the peer**)",
          rate(rounds, "rawCommitted"),
          "",
          cpu(rounds, "rawCommitted"),
        ],
        [
          "ours: validated, inbox, order of keys, fenced; handler does nothing",
          rate(rounds, "ourConsume"),
          ratio(rounds, "ourConsume", "rawCommitted"),
          cpu(rounds, "ourConsume"),
        ],
        [
          "by hand: client, `JSON.parse`, inbox row and commit per record",
          rate(rounds, "byHand"),
          ratio(rounds, "byHand", "rawCommitted"),
          cpu(rounds, "byHand"),
        ],
      ],
    ),
    "",
    `Ours is ${spread(summarise(rounds.map(({ ourConsume, byHand }) => ourConsume.perSecond / byHand.perSecond)), (value) => `${value.toFixed(1)} ×`)} the consumer by hand.`,
  ].join("\n");
}

const latency = ({ p50, p99 }: { readonly p50: number; readonly p99: number }): string =>
  `${whole(p50)} / ${whole(p99)} ms`;

/** The whole shop, from `POST /orders` to OrderDelivered. */
export function sagaTable(modes: readonly (readonly [name: string, figures: SagaFigures])[]): string {
  const row = (name: string, cell: (figures: SagaFigures) => string): string[] => [
    name,
    ...modes.map(([, figures]) => cell(figures)),
  ];
  return table(
    ["One process runs all eight services", ...modes.map(([name]) => name)],
    [
      row("one order at a time, `POST /orders` answered, p50 / p99", ({ idle }) => latency(idle.post)),
      row("… to CONFIRMED (stock and money), p50 / p99", ({ idle }) => latency(idle.confirmed)),
      row("… to DELIVERED, p50 / p99", ({ idle }) => latency(idle.delivered)),
      row("many at once", ({ burst }) => `${whole(burst.orders)} orders`),
      row("… answered, p50 / p99", ({ burst }) => latency(burst.post)),
      row("… to DELIVERED, p50 / p99", ({ burst }) => latency(burst.delivered)),
      row("… sagas finished per second", ({ burst }) => burst.ordersPerSecond.toFixed(1)),
      row("… CPU of the process per saga", ({ burst }) => `${whole(burst.cpuMsPerOrder)} ms`),
      row("CPU with nothing to do, of one core", ({ idleCpuPercent }) => `${idleCpuPercent.toFixed(1)} %`),
      row("memory at the end", ({ rssMb }) => `${whole(rssMb)} MB`),
    ],
  );
}
