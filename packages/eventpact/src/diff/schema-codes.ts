import type { ChangeCode } from "@eventpact/compat";
import type { Severity } from "../diagnostics/diagnostic.ts";

/** What each kind of schema change is, why it matters, and the way out. */
export const schemaChanges: Readonly<Record<ChangeCode, readonly [Severity, string, string]>> = {
  "property-added": [
    "info",
    "An optional field is new.",
    "Safe: old readers skip it, new readers do without it in old events. Only where a reader refuses what it does not know (policy `strict`) does it break.",
  ],
  "required-property-added": [
    "error",
    "No field is new and required.",
    "Events that are already in the topic do not have it, so that new readers refuse them. Add it as optional, or give it a `default` that readers fill in; or make a new version of the event.",
  ],
  "property-removed": [
    "error",
    "A field that somebody reads stays.",
    "Proofs call it safe where the property was optional, but somebody may read it. It is an error where it was required, or where a contract uses it; nothing to worry about where every consumer has a contract and none uses it. Deprecate it, wait until nobody uses it, then remove it.",
  ],
  "property-renamed": [
    "error",
    "A field keeps its name.",
    "For readers the old name is gone and the new one unknown. Add the new name beside the old one, fill both, move the readers, then remove the old one: four phases, each safe.",
  ],
  "property-required": [
    "error",
    "An optional field stays optional.",
    "Old events may lack it, and new readers refuse them. Keep it optional and let the producers fill it; require it in the next version.",
  ],
  "property-optional": [
    "error",
    "A required field stays required.",
    "Old readers count on it. Keep it required, or make a new version in which it is optional.",
  ],
  "type-changed": [
    "error",
    "A field keeps its type.",
    "No reader of one understands the other. Add a property of another name, or make a new version.",
  ],
  "type-narrowed": [
    "error",
    "A field keeps all of its types.",
    "Old events with a type that is gone are refused. Make a new version.",
  ],
  "type-widened": ["error", "A field gets no further type.", "Old readers refuse the new types. Make a new version."],
  "enum-narrowed": [
    "error",
    "A list of values keeps its values.",
    "Old events may carry the values that are gone. Keep them in the schema, deprecated, for as long as the topic keeps events.",
  ],
  "enum-widened": [
    "error",
    "A list of values gets no further value.",
    "Old readers refuse a value that they do not know. Upgrade the readers first (mode BACKWARD), let them take unknown values (policy `lenient`), or make a new version.",
  ],
  "enum-changed": [
    "error",
    "A list of values stays as it is.",
    "Values went and values came: it breaks both ways. Keep the old values, and upgrade the readers before the new ones are sent.",
  ],
  "constraint-tightened": [
    "error",
    "A limit does not become tighter.",
    "Old events may not keep to it. Check it in the producer for new events, or make a new version.",
  ],
  "constraint-loosened": [
    "error",
    "A limit does not become looser.",
    "Old readers refuse what keeps only to the new limit. Upgrade the readers first (mode BACKWARD), or make a new version.",
  ],
  "constraint-changed": [
    "error",
    "A limit stays what it is.",
    "The old and the new limit each allow what the other refuses. Make a new version.",
  ],
  "object-closed": [
    "error",
    "An open object stays open.",
    "Old events may carry undeclared properties. Leave the object open: readers skip what they do not know.",
  ],
  "object-opened": [
    "error",
    "A closed object stays closed.",
    "Old readers refuse undeclared properties where they read strictly.",
  ],
  "branch-added": [
    "error",
    "A choice gets no further alternative.",
    "Old readers do not know the new alternative. Upgrade the readers first (mode BACKWARD), or make a new event.",
  ],
  "branch-removed": [
    "error",
    "A choice keeps its alternatives.",
    "Old events may be of the alternative that is gone. Keep it for as long as the topic keeps events.",
  ],
  "schema-replaced": [
    "error",
    "A schema is changed part by part.",
    "The two schemas have little in common. If it is another event, give it another name or version.",
  ],
  "reference-changed": [
    "error",
    "A reference leads to the same schema.",
    "The schema is another one than before, which could not be compared part by part.",
  ],
  "default-changed": [
    "info",
    "A default is another one.",
    "Readers that fill in the default now fill in another value for the same old event.",
  ],
  "annotation-changed": ["info", "Only documentation changed.", "Words for people; no reader notices."],
  "keyword-misspelt": [
    "warning",
    "Keywords of schemas are spelt right.",
    "A keyword that nobody knows restricts nothing. Correcting it later is a breaking change, so correct it now.",
  ],
  "schema-unsatisfiable": [
    "warning",
    "Some event satisfies the schema.",
    "No event satisfies the schema, so that nothing can be sent and every change looks safe. Two of its demands exclude each other.",
  ],
};
