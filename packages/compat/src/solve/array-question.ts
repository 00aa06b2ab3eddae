import type { Node, NodeOf } from "../formula/node.ts";

/** What is asked of one array: how long, what of every item, of some, of a number of them. */
export interface ArrayQuestion {
  least: number;
  most: number;
  readonly every: NodeOf<"every">[];
  readonly some: NodeOf<"some">[];
  readonly atLeast: NodeOf<"atLeast">[];
  readonly atMost: NodeOf<"atMost">[];
  distinct: boolean;
  repeated: boolean;
}

/** Sorts the formulas about an array by what they ask; the shortest length follows from all of them. */
export function readQuestion(units: readonly Node[]): ArrayQuestion {
  const question: ArrayQuestion = {
    least: 0,
    most: Infinity,
    every: [],
    some: [],
    atLeast: [],
    atMost: [],
    distinct: false,
    repeated: false,
  };
  for (const unit of units) {
    switch (unit.kind) {
      case "items":
        if (unit.order === "ge") question.least = Math.max(question.least, unit.count);
        else question.most = Math.min(question.most, unit.count);
        break;
      case "every":
        question.every.push(unit);
        break;
      case "some":
        question.some.push(unit);
        question.least = Math.max(question.least, unit.from + 1);
        break;
      case "atLeast":
        question.atLeast.push(unit);
        question.least = Math.max(question.least, unit.count);
        break;
      case "atMost":
        question.atMost.push(unit);
        break;
      case "unique":
        if (unit.positive) question.distinct = true;
        else question.repeated = true;
        break;
      default:
    }
  }
  if (question.repeated) question.least = Math.max(question.least, 2);
  return question;
}
