import { contractCode as code } from "../contracts/codes.ts";
import type { ContractCode } from "../contracts/codes.ts";

const tried =
  "Instances are tried, nothing is proved: one for each optional field, value of an enumeration, bound and extreme of the older schema, one for each place at which the newer would refuse what the older allows, and up to a hundred in which these come together.";

/** Every code of `eventpact verify` about upcasters. */
export const upcasterCodes: readonly ContractCode[] = [
  code(
    "upcaster-invalid",
    "error",
    "What an upcaster makes of a valid older event is a valid newer one.",
    `The runtime refuses what the newer schema refuses: such an event would be a dead letter. The finding has the simplest event that breaks it. ${tried}`,
  ),
  code(
    "upcaster-throws",
    "error",
    "An upcaster answers for every valid event of the older version.",
    `It throws, or does not come to an end, for an event that is valid: such an event would be a dead letter, or stop its partition. ${tried}`,
  ),
  code(
    "upcaster-changes-input",
    "error",
    "An upcaster leaves the event that it is given as it was.",
    "The runtime keeps the event as it came, for retries and dead letters; what an upcaster changes in it is neither the old event nor the new one. Build a new object.",
  ),
  code(
    "upcaster-unsteady",
    "error",
    "An upcaster makes the same of the same event each time.",
    "An event is read again at each attempt, redrive and replay, and must be the same fact each time. An upcaster asks no clock, no chance and no memory; it is asked twice, the second time as if a day later. What it needs of them is in the event: `timestamp`, `eventId`.",
  ),
  code(
    "upcaster-not-json",
    "error",
    "An upcaster answers JSON, and at once.",
    "Handlers are given what could have come from the topic: no promise, no Date, no undefined, no number without a value.",
  ),
  code(
    "upcaster-version-unknown",
    "error",
    "An upcaster leads from one described event version to another.",
    "What leads to a version that no document describes is refused at the first event.",
  ),
  code(
    "upcaster-backwards",
    "error",
    "An upcaster leads to a newer version.",
    "One that leads back, or to where it came from, makes a circle: no handler is ever reached.",
  ),
  code(
    "upcaster-doubled",
    "error",
    "From each version at most one upcaster leads on.",
    "Only the first of them is ever asked.",
  ),
  code(
    "upcaster-link-missing",
    "error",
    "The upcasters of a received version lead to one that is handled.",
    "Where the chain ends before a handler's row, the event finds nobody. Add the upcaster that is missing, or a row for the version at which the chain ends.",
  ),
  code(
    "upcaster-unneeded",
    "info",
    "Every upcaster can still be asked.",
    "No topic carries the older version any more, the service does not receive it, or a row handles it directly: the upcaster can go.",
  ),
  code(
    "upcaster-untried",
    "warning",
    "Every upcaster is tried.",
    "No valid event of the older version was found, or one of the two schemas is no JSON Schema of an envelope (`eventType` and `version` as constants, `data`): nothing is known of the upcaster.",
  ),
  code(
    "upcaster-unloadable",
    "error",
    "The upcasters of a service can be loaded.",
    "`verify: { upcasters: { module } }` in eventpact.yaml names a module that exports the service (`name`, `handlers`, `upcasters`) or a list `upcasters` of `{ from, to, upcast }`. Importing it must start nothing and come to an end.",
  ),
];
