import { version } from "../command-line/version.ts";
import type { Answer } from "./can-i-deploy.ts";
import type { BrokerAnswer } from "./broker/ask.ts";
import type { Phase } from "./phases.ts";
import type { Migration, Plan } from "./plan.ts";
import type { Retained } from "./retained.ts";
import { freeFrom, placesOf } from "./retained.ts";
import type { Retirement } from "./retire.ts";
import type { RollOut } from "./roll-out.ts";
import type { ToldAnswer } from "./told.ts";
import type { Moment } from "./time.ts";

const tool = (): object => ({ format: 1, tool: { name: "eventpact", version: version() } });

const iso = (moment: Moment): string | null => (moment === null ? null : new Date(moment).toISOString());

const printed = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

interface Answered {
  readonly verdict: Answer["verdict"];
  readonly answers: readonly ToldAnswer[];
  readonly rollOut: RollOut | undefined;
  readonly plan: Plan | undefined;
  readonly broker: readonly BrokerAnswer[];
}

/** For programs: described by schema/can-i-deploy.schema.json of this package. */
export function answersJson({ verdict, answers, rollOut, plan, broker }: Answered, now: number): string {
  return printed({
    ...tool(),
    verdict,
    ...(rollOut === undefined ? {} : { order: rollOut.order }),
    answers: answers.map((answer) => ({
      ...answer,
      reasons: answer.reasons.map(({ from, ...reason }) => ({
        ...reason,
        ...(from === undefined ? {} : { from: iso(from) }),
      })),
      retained: answer.retained.map((one) => retainedValue(one, now)),
      rollBack: { ...answer.rollBack, until: iso(answer.rollBack.until) },
    })),
    ...(plan ? { plan: planValue(plan) } : {}),
    ...(broker.length > 0 ? { broker } : {}),
  });
}

function retainedValue({ readableFrom, ...one }: Retained, now: number): object {
  return {
    ...one,
    ...(readableFrom === undefined ? {} : { readableFrom: iso(readableFrom) }),
    places: placesOf(one, now),
    outboxUntil: iso(one.outboxUntil),
    topicUntil: iso(one.topicUntil),
    lettersUntil: iso(one.lettersUntil),
    freeFrom: iso(freeFrom(one)),
  };
}

/** For programs: described by schema/plan.schema.json of this package. */
export const plansJson = (plans: readonly Plan[]): string => printed({ ...tool(), plans: plans.map(planValue) });

function planValue({ environment, migrations, tooEarly, services }: Plan): object {
  return {
    environment,
    migrations: migrations.map(migrationValue),
    tooEarly: tooEarly.map(retirementValue),
    services,
  };
}

const migrationValue = ({ phases, ...rest }: Migration): object => ({ ...rest, phases: phases.map(phaseValue) });

const phaseValue = ({ opens, ...rest }: Phase): object => ({
  ...rest,
  ...(opens === undefined ? {} : { opens: iso(opens) }),
});

const retirementValue = ({ from, earliest, obstacles, ...rest }: Retirement): object => ({
  ...rest,
  from: iso(from),
  earliest: iso(earliest),
  obstacles: obstacles.map(({ until, ...one }) => ({ ...one, until: iso(until) })),
});
