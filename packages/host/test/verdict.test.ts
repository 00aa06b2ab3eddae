/** The console's answer to an operator's first question. */
import { describe, expect, test } from "@jest/globals";

interface Service {
  readonly name: string;
  readonly lag: number;
  readonly parked: number;
  readonly deadLetters: number;
  readonly failures: number;
  readonly outcomes: Readonly<Record<string, number>>;
}
interface Reading {
  readonly at: string;
  readonly problems: readonly string[];
  readonly services: readonly Service[];
}
interface Verdict {
  readonly level: string;
  readonly title: string;
  readonly lines: readonly { readonly level: string; readonly text: string; readonly href?: string }[];
}

// What a browser gets is plain JavaScript, without types.
const script = "../src/pages/verdict.js";
const { verdict } = (await import(script)) as { verdict: (history: readonly Reading[]) => Verdict };

const calm = { lag: 0, parked: 0, deadLetters: 0, failures: 0, outcomes: { handled: 7 } };
const order = { name: "order", ...calm };

/** One reading a second, each with what it says of the service "payment". */
const readings = (...payments: readonly Partial<Service>[]): Reading[] =>
  payments.map((payment, second) => ({
    at: new Date(Date.UTC(2026, 0, 15, 10, 30, second)).toISOString(),
    problems: [],
    services: [order, { name: "payment", ...calm, ...payment }],
  }));
const texts = (history: readonly Reading[]): readonly string[] => verdict(history).lines.map(({ text }) => text);

test("all is well where nothing waits, fails or lags", () => {
  expect(verdict(readings({}, {}))).toMatchObject({ level: "good", title: "All is well" });
});

test("a dead letter needs somebody, and leads to it", () => {
  expect(verdict(readings({ deadLetters: 1 }))).toMatchObject({
    level: "bad",
    lines: [{ text: "1 dead letter: 1 of payment.", href: "#/letters" }],
  });
});

test("what the runtime says of itself is said first", () => {
  const [reading] = readings({ deadLetters: 2 });
  expect(texts([{ ...reading!, problems: ["The broker does not answer."] }])[0]).toBe("The broker does not answer.");
});

describe("lag", () => {
  const falling = Array.from({ length: 10 }, (_, second) => ({ lag: 1000 - second * 100 }));
  test("that shrinks is watched, with the time it still takes", () => {
    expect(verdict(readings(...falling)).level).toBe("warn");
    expect(texts(readings(...falling))).toEqual(["Catching up: payment is 100 events behind. About 1 second to go."]);
  });

  test("that stays while nothing is handled needs somebody, however small", () => {
    const stuck = Array.from({ length: 11 }, () => ({ lag: 3 }));
    expect(verdict(readings(...stuck)).level).toBe("bad");
    expect(texts(readings(...stuck))).toEqual(["payment is 3 events behind and handles nothing."]);
  });

  test("that grows while events are handled needs somebody once it is much, and is everyday while it is little", () => {
    const growing = (from: number) =>
      Array.from({ length: 11 }, (_, second) => ({ lag: from + second, outcomes: { handled: second * 90 } }));
    expect(texts(readings(...growing(200)))).toEqual(["payment is 210 events behind and does not catch up."]);
    expect(verdict(readings(...growing(2))).level).toBe("good");
  });

  test("of a moment is everyday", () => {
    expect(verdict(readings({ lag: 4 }, { lag: 2 }, { lag: 9 }, {}, { lag: 5 })).level).toBe("good");
  });
});

test("what waits for seconds and what fails is worth an eye", () => {
  expect(verdict(readings({ parked: 1 }, { parked: 1 }, { parked: 2 }, { parked: 2, failures: 3 }))).toMatchObject({
    level: "warn",
    lines: [
      { text: "2 events wait: 2 of payment.", href: "#/waiting" },
      { text: "payment failed 3 times in the last half minute." },
    ],
  });
  expect(verdict(readings({}, {}, { parked: 2 })).level).toBe("good");
});
