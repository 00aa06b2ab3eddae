import type { Node } from "../formula/node.ts";
import {
  add,
  commonMultiple,
  compare,
  floorQuotient,
  halve,
  isMultiple,
  ONE,
  rational,
  times,
  toNumber,
  ZERO,
} from "../numbers/rational.ts";
import type { Rational } from "../numbers/rational.ts";
import type { Meter } from "./budget.ts";
import { NONE, unknown, valueOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";

interface Limit {
  readonly at: Rational;
  readonly open: boolean;
}

interface Question {
  readonly low: Limit | undefined;
  readonly high: Limit | undefined;
  /** The common multiple of all required steps. */
  readonly step: Rational | undefined;
  readonly avoided: readonly Rational[];
  readonly excluded: readonly Rational[];
}

/** Multiples tried one by one before an argument by counting is needed. */
const MAX_TRIED = 5000n;

/** A number within bounds that is a multiple of some steps, of none of others, and not among given values. */
export function solveNumber(units: readonly Node[], meter: Meter): Outcome {
  const question = read(units);
  const { low, high } = question;
  if (low !== undefined && high !== undefined) {
    const order = compare(low.at, high.at);
    if (order > 0 || (order === 0 && (low.open || high.open))) return NONE;
  }
  const outcome = question.step === undefined ? anyNumber(question) : multiples(question, question.step, meter);
  if (outcome === undefined) return NONE;
  return outcome === "unknown" ? unknown("budget") : outcome;
}

function read(units: readonly Node[]): Question {
  let low: Limit | undefined;
  let high: Limit | undefined;
  let step: Rational | undefined;
  const avoided: Rational[] = [];
  const excluded: Rational[] = [];
  for (const unit of units) {
    if (unit.kind === "bound") {
      const limit = { at: unit.limit, open: unit.order === "gt" || unit.order === "lt" };
      if (unit.order === "ge" || unit.order === "gt") low = tighter(low, limit, 1);
      else high = tighter(high, limit, -1);
    } else if (unit.kind === "multiple") {
      if (!unit.positive) avoided.push(unit.of);
      else step = step === undefined ? unit.of : commonMultiple(step, unit.of);
    } else if (unit.kind === "notEnum") {
      for (const value of unit.values.values()) {
        const exact = typeof value === "number" ? rational(value) : undefined;
        if (exact !== undefined) excluded.push(exact);
      }
    }
  }
  return { low, high, step, avoided, excluded };
}

function tighter(known: Limit | undefined, limit: Limit, sign: 1 | -1): Limit {
  if (known === undefined) return limit;
  const order = compare(limit.at, known.at) * sign;
  if (order === 0) return limit.open ? limit : known;
  return order > 0 ? limit : known;
}

function fits({ low, high, step, avoided, excluded }: Question, value: Rational): boolean {
  if (low !== undefined) {
    const order = compare(value, low.at);
    if (order < 0 || (order === 0 && low.open)) return false;
  }
  if (high !== undefined) {
    const order = compare(value, high.at);
    if (order > 0 || (order === 0 && high.open)) return false;
  }
  if (step !== undefined && !isMultiple(value, step)) return false;
  return !avoided.some((of) => isMultiple(value, of)) && !excluded.some((other) => compare(other, value) === 0);
}

/** `undefined` is a proof that there is none. */
function anyNumber(question: Question): Outcome | "unknown" | undefined {
  const { low, high, avoided, excluded } = question;
  const candidates = [ONE, ZERO, ...(low === undefined ? [] : [low.at]), ...(high === undefined ? [] : [high.at])];
  const start = low?.at ?? (high === undefined ? ZERO : add(high.at, times(ONE, -1000n)));
  for (let count = 1n; count <= 10n; count++) candidates.push(add(start, { num: count, den: 1n }));
  for (const part of [2n, 4n, 10n, 5n]) candidates.push(add(start, { num: 1n, den: part }));
  // Between two bounds numbers are dense, while avoided multiples and excluded values are not: halving finds one.
  if (low !== undefined && high !== undefined) {
    let middle = halve(add(low.at, high.at));
    for (let count = avoided.length + excluded.length + 8; count > 0; count--) {
      candidates.push(middle);
      middle = halve(add(low.at, middle));
    }
  }
  const steps = avoided.length === 0 ? [] : [avoided.reduce((a, b) => commonMultiple(a, b))];
  for (const of of steps)
    for (const part of [2n, 3n, 7n]) candidates.push(add(start, { num: of.num, den: of.den * part }));
  const found = candidates.find((value) => fits(question, value) && toNumber(value) !== undefined);
  if (found !== undefined) return asValue(found);
  const single = low !== undefined && high !== undefined && compare(low.at, high.at) === 0;
  return single ? undefined : "unknown";
}

function asValue(value: Rational): Outcome | "unknown" {
  const number = toNumber(value);
  return number === undefined ? "unknown" : valueOf(number);
}

/**
 * Multiples of `step`. When an avoided step divides it there is none; between two bounds all are tried; without a
 * bound on one side there are always some (every avoided step leaves out others), so only finding one matters.
 */
function multiples(question: Question, step: Rational, meter: Meter): Outcome | "unknown" | undefined {
  const { low, high, avoided } = question;
  if (avoided.some((of) => isMultiple(step, of))) return undefined;
  const first = low === undefined ? undefined : floorQuotient(low.at, step);
  const last = high === undefined ? undefined : floorQuotient(high.at, step);
  const bounded = first !== undefined && last !== undefined && last - first <= MAX_TRIED;
  if (bounded) return walk(question, step, first, last - first + 1n, 1n, meter);
  // From one upwards the values are the ones a person would choose.
  const from = first === undefined || first < 1n ? 1n : first;
  const upwards = last === undefined ? MAX_TRIED : last - from + 1n;
  const found = walk(question, step, from, upwards < MAX_TRIED ? upwards : MAX_TRIED, 1n, meter);
  if (found !== undefined || (first !== undefined && first >= 0n)) return found ?? "unknown";
  const top = last === undefined || last > 0n ? 0n : last;
  return walk(question, step, top, MAX_TRIED, -1n, meter) ?? "unknown";
}

function walk(
  question: Question,
  step: Rational,
  from: bigint,
  count: bigint,
  direction: 1n | -1n,
  meter: Meter,
): Outcome | "unknown" | undefined {
  let unwritable = false;
  for (let tried = 0n; tried < count; tried++) {
    meter.spend(0.1);
    const value = times(step, from + direction * tried);
    if (!fits(question, value)) continue;
    const found = asValue(value);
    if (found !== "unknown") return found;
    unwritable = true;
  }
  return unwritable ? "unknown" : undefined;
}
