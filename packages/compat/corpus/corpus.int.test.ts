import { expect, jest, test } from "@jest/globals";
import { judgedByEngine } from "./engine.ts";
import { judgeOf, refutes, searchCounterexample } from "./judge.ts";
import { questionsOf, readCorpus } from "./pairs.ts";
import { instanceSource } from "./random-instances.ts";
import { seeded } from "../src/random.ts";

jest.setTimeout(300_000);

const pairs = readCorpus();
const questions = pairs.flatMap(questionsOf);
const titleOf = ({ pair, direction }: (typeof questions)[number]): string => `${pair.name} (${direction})`;

test("the corpus has witnesses that the writing schema accepts and the reading schema refuses", () => {
  const wrong = questions.filter((question) => question.witness && !refutes(judgeOf(question), question.witness.value));
  expect(wrong.map(titleOf)).toEqual([]);
});

test("no random instance refutes a direction of the corpus that is labelled included", () => {
  const refuted = questions.flatMap((question) => {
    if (!question.included) return [];
    const draw = instanceSource([question.writer, question.reader], seeded(20));
    const found = searchCounterexample(judgeOf(question), draw, 60);
    return found ? [{ question: titleOf(question), found }] : [];
  });
  expect(refuted).toEqual([]);
});

test("ajv, compiled apart, confirms every witness of the engine", () => {
  const wrong = pairs.flatMap((pair) => {
    const comparison = judgedByEngine(pair);
    return questionsOf(pair).filter((question) => {
      const { verdict, witness } = comparison[question.direction];
      return verdict === "incompatible" && !refutes(judgeOf(question), witness);
    });
  });
  expect(wrong.map(titleOf)).toEqual([]);
});
