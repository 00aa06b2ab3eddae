import { conjunction } from "../formula/holds.ts";
import type { Node } from "../formula/node.ts";
import { LargeText } from "../large/value.ts";
import type { Text } from "../large/value.ts";
import { FORMAT_SAMPLES, formatRule, isIncluded, longestOf } from "../strings/formats.ts";
import { exactly, TooManyStates } from "../strings/nfa.ts";
import { languageOf, UnsupportedPattern } from "../strings/pattern.ts";
import type { Language, PatternFlags } from "../strings/pattern.ts";
import { shortestWord } from "../strings/search.ts";
import type { UndecidedReason } from "../types.ts";
import type { Meter } from "./budget.ts";
import { NONE, unknown, valueOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Solver } from "./solver.ts";

const SAMPLES = ["text", "", "a", "other", "x", "0", "A", "1.0", "-", " ", "extra", "é", "a.b", "a1", "("];
/** Words tried where only a test of the whole word decides. */
const MAX_WORDS = 12;
/** Texts of more characters are not written out. */
const LONG = 1000;

interface Question {
  least: number;
  most: number;
  /** Patterns, formats and unequal constants. */
  readonly tests: Node[];
}

/** A string of some length that matches patterns and formats and others not. */
export function solveString(units: readonly Node[], solver: Solver): Outcome {
  const question: Question = { least: 0, most: Infinity, tests: [] };
  for (const unit of units) {
    if (unit.kind === "length") {
      if (unit.order === "ge") question.least = Math.max(question.least, unit.count);
      else question.most = Math.min(question.most, unit.count);
    } else question.tests.push(unit);
    if (unit.kind === "format" && unit.positive) question.most = Math.min(question.most, longestOf(unit.name));
  }
  if (question.least > question.most || contradictory(question.tests)) return NONE;
  for (const sample of samples(question)) {
    if (conjunction(units, (unit) => (unit.kind === "opaque" ? true : solver.truth(unit, sample))) === true) {
      return valueOf(sample);
    }
  }
  const confirms = (word: Text): boolean =>
    conjunction(units, (unit) => (unit.kind === "opaque" ? true : solver.truth(unit, word))) === true;
  return new LanguageSearch(question, solver.meter, confirms).run();
}

/** Is a format demanded that lies within one that is ruled out? */
function contradictory(tests: readonly Node[]): boolean {
  const formats = tests.filter((test) => test.kind === "format");
  const demanded = formats.filter(({ positive }) => positive);
  return formats.some(({ positive, name }) => !positive && demanded.some((part) => isIncluded(part.name, name)));
}

function samples({ least, most, tests }: Question): Text[] {
  const found: Text[] = [];
  for (const test of tests) {
    if (test.kind !== "format") continue;
    const shown = FORMAT_SAMPLES[test.name] ?? [];
    found.push(...shown);
    if (test.positive) found.push(...shown.slice(0, 2).flatMap((sample) => stretched(sample, least)));
  }
  found.push(...SAMPLES);
  for (let count = 0; count < 3; count++) found.push(`other${count}`);
  const length = Math.max(least, Math.min(1, most));
  for (const character of ["a", "A", "0"]) found.push(repeated("", character, length, ""));
  if (most < Infinity && most !== length) found.push(repeated("", "a", most, ""));
  return found;
}

function repeated(head: string, unit: string, times: number, tail: string): Text {
  return times > LONG ? new LargeText(head, unit, times, tail) : head + unit.repeat(times) + tail;
}

/** The sample with one of its characters repeated until it has the length. */
function stretched(sample: string, length: number): Text[] {
  const missing = length - sample.length;
  if (missing <= 0) return [];
  const starts = [...new Set(sample)].map((character) => sample.lastIndexOf(character)).toReversed();
  return starts.map((at) => repeated(sample.slice(0, at), sample[at] ?? "", missing + 1, sample.slice(at + 1)));
}

/** The search by automata, for what no sample answers. */
class LanguageSearch {
  readonly #question: Question;
  readonly #meter: Meter;
  /** Why a string found may be none after all: something could not be expressed. */
  #missing: UndecidedReason | undefined;
  #states = 0;
  readonly #confirms: (word: Text) => boolean;

  constructor(question: Question, meter: Meter, confirms: (word: Text) => boolean) {
    this.#question = question;
    this.#meter = meter;
    this.#confirms = confirms;
  }

  run(): Outcome {
    try {
      const languages = this.#question.tests
        .map((test) => this.#language(test))
        .filter((language) => language !== undefined);
      const tried: string[] = [];
      for (;;) {
        const others = tried.length === 0 ? [] : [this.#noneOf(tried)];
        const word = this.#shortest([...languages, ...others]);
        if (word === undefined) return tried.length === 0 ? NONE : unknown(this.#missing ?? "unsupported-pattern");
        // Where something could not be expressed, the next words may do although the shortest one does not.
        if (this.#missing === undefined || this.#confirms(word)) return valueOf(word);
        if (typeof word !== "string") return unknown(this.#missing);
        tried.push(word);
        if (tried.length > MAX_WORDS) return unknown(this.#missing);
      }
    } catch (error) {
      if (error instanceof TooManyStates) return unknown("budget");
      throw error;
    }
  }

  #shortest(languages: readonly Language[]): string | LargeText | undefined {
    const { least, most } = this.#question;
    return shortestWord(languages, { least, most }, (size, isState) => {
      this.#meter.spend(0.2 + size / 100);
      if (isState && ++this.#states > this.#meter.maxStates) throw new TooManyStates();
    });
  }

  #noneOf(words: readonly string[]): Language {
    return { kind: "not", of: { kind: "search", nfa: exactly(words, this.#meter.maxStates) } };
  }

  #language(test: Node): Language | undefined {
    if (test.kind === "pattern") return this.#pattern(test.source, {}, test.positive);
    if (test.kind === "notEnum") {
      const words = [...test.values.values()].filter((value) => typeof value === "string");
      return this.#noneOf(words);
    }
    if (test.kind !== "format") return undefined;
    const rule = formatRule(test.name);
    if (rule.anything) return test.positive ? undefined : { kind: "any", of: [] };
    if (rule.exact !== undefined) return this.#pattern(rule.exact.source, { flags: rule.exact.flags }, test.positive);
    this.#missing = "unsupported-pattern";
    return rule.superset === undefined || !test.positive ? undefined : this.#pattern(rule.superset, {}, true);
  }

  /** `undefined`, which is any string, for a pattern that automata cannot express or that takes too many states. */
  #pattern(source: string, flags: PatternFlags, positive: boolean): Language | undefined {
    try {
      const language = languageOf(source, flags, this.#meter.maxStates);
      return positive ? language : { kind: "not", of: language };
    } catch (error) {
      if (!(error instanceof UnsupportedPattern) && !(error instanceof TooManyStates)) throw error;
      this.#missing ??= error instanceof TooManyStates ? "budget" : "unsupported-pattern";
      return positive ? this.#widened(source, flags) : undefined;
    }
  }

  #widened(source: string, flags: PatternFlags): Language | undefined {
    try {
      return languageOf(source, { ...flags, widened: true }, this.#meter.maxStates);
    } catch (error) {
      if (!(error instanceof UnsupportedPattern) && !(error instanceof TooManyStates)) throw error;
      return undefined;
    }
  }
}
