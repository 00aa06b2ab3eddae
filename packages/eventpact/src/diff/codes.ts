import { entry } from "./code-entry.ts";
import type { DiffCode } from "./code-entry.ts";
import { schemaChanges } from "./schema-codes.ts";
import { topicCodes } from "./topic-codes.ts";

const ownCodes: readonly DiffCode[] = [
  entry("event-added", "info", "A new event version.", "Nothing breaks: nobody reads it yet."),
  entry(
    "event-removed",
    "error",
    "An event version that somebody may meet stays declared.",
    "Its events stay in the topic for as long as the topic keeps them, and readers must understand them. Stop sending it, call it `x-lifecycle: retained`, and remove it when it has expired and no operation names it.",
  ),
  entry(
    "event-renamed",
    "error",
    "An event keeps its name.",
    "Readers find an event by its name: under another one it is another event. Add the new one beside the old one and move the readers.",
  ),
  entry(
    "event-key-changed",
    "info",
    "A message is told apart by its channel, or no longer has to be.",
    "A message is called by its name alone while no other has that name, and by its channel too as soon as one has. Its readers meet the same message; only what is generated has another name.",
  ),
  entry(
    "event-moved",
    "error",
    "An event stays in its topic.",
    "Its readers listen to the old topic. Send it to both until every reader has moved; what is in the old topic stays there.",
  ),
  entry(
    "lifecycle-changed",
    "warning",
    "An event version's life went on.",
    "Deprecated: it has a successor, and readers should move. Retained: it is sent no longer, but still in the topic. An error where somebody still sends a retained version.",
  ),
  entry(
    "content-type-changed",
    "error",
    "An event keeps its content type.",
    "Readers decode the bytes by it. Make a new version for another encoding.",
  ),
  entry(
    "payload-format-changed",
    "error",
    "An event's payload stays in its schema language.",
    "A schema in another language cannot be compared, and is mostly another encoding. Make a new version.",
  ),
  entry(
    "payload-undecided",
    "error",
    "The compatibility of a payload is known.",
    "Nothing was proved and no counterexample found: the schema is in a language without an engine here (Avro, Protobuf), or the question is too hard. Look at it and approve the change, or say it more simply.",
  ),
  entry(
    "key-location-changed",
    "error",
    "The key of an event stays where it is.",
    "Another key puts events of one aggregate into other partitions, beside older ones: their order is lost. Make a new event in a new topic.",
  ),
  entry(
    "compatibility-weakened",
    "warning",
    "Weaker compatibility holds from the next change on.",
    "A change cannot excuse itself: `x-compatibility`, and `mode`, `policy` and `writtenKeys` of eventpact.yaml, as they were still judge the change that weakens them or takes them away.",
  ),
  entry("compatibility-strengthened", "info", "Stronger compatibility holds.", "It judges this change already."),
  entry(
    "compatibility-unknown",
    "error",
    "`x-compatibility` is a known mode.",
    "NONE, BACKWARD, FORWARD, FULL, and the last three with `_TRANSITIVE`, which compare with every earlier state.",
  ),
  ...topicCodes,
  entry("operation-added", "info", "A new operation.", "A service says or hears something more."),
  entry(
    "operation-removed",
    "info",
    "An operation is gone.",
    "What it means for others is told by `send-stopped` and `receive-stopped`.",
  ),
  entry(
    "operation-renamed",
    "warning",
    "An operation has another id.",
    "Contracts name operations by their id: an error where one does.",
  ),
  entry(
    "operation-action-changed",
    "error",
    "An operation keeps its direction.",
    "Who sent receives now, or the reverse: the others still expect what was.",
  ),
  entry(
    "operation-channel-changed",
    "error",
    "An operation keeps its channel.",
    "The other side is still on the old channel. Move readers first, then writers.",
  ),
  entry(
    "operation-messages-changed",
    "error",
    "An operation goes on sending what somebody waits for.",
    "Who receives the event from this topic waits in vain, even where the service still sends it elsewhere. Told, and no more, where nobody waits, or every reader also reads a newer version of it that is sent there.",
  ),
  entry(
    "send-started",
    "info",
    "A service sends an event that it did not send.",
    "A warning where somebody reads another version of the event but not this one.",
  ),
  entry(
    "send-stopped",
    "error",
    "An event that somebody waits for is sent.",
    "Its readers wait for ever. Nothing breaks where another service sends it, or where every reader reads the version that takes its place.",
  ),
  entry(
    "receive-started",
    "info",
    "A service receives an event that it did not receive.",
    "It has to understand what is already in the topic.",
  ),
  entry(
    "receive-stopped",
    "error",
    "A service reads every version that it may meet.",
    "It goes on reading other versions from the same topic and will meet this one, too. No error where it gives the event up altogether.",
  ),
  entry(
    "reply-changed",
    "error",
    "An operation's reply stays what it was.",
    "Who asked waits for the old reply, on the old channel.",
  ),
  entry(
    "group-changed",
    "warning",
    "A consumer keeps its group.",
    "A new group has read nothing yet: it begins anew, or skips what it had not read, and the old group's lag is never worked off.",
  ),
  entry("service-added", "info", "A new service.", "Nothing breaks."),
  entry(
    "service-removed",
    "info",
    "A service's document is gone.",
    "What it means for others is told by `send-stopped`.",
  ),
  entry(
    "server-changed",
    "error",
    "A server is where it was.",
    "Its clients still connect to the old address, in the old protocol. A broker's host is a warning: brokers have several, and may be the same under another name.",
  ),
  entry("server-added", "info", "A new server.", "Nothing breaks."),
  entry("server-renamed", "info", "A server has another name at the same address.", "Clients go by the address."),
  entry("server-removed", "error", "A server stays.", "Its clients still connect to it."),
  entry(
    "older-unreadable",
    "error",
    "The state to compare with can be read.",
    "What was not read there was compared with nothing: whether it changed is undecided. Broken files, other versions of AsyncAPI, and references to other machines or to nowhere are not read.",
  ),
  entry(
    "newer-unreadable",
    "error",
    "What is compared can be read.",
    "What was not read is not the same as before: whatever stands in the file or behind the reference is undecided. Only the same reference, in the same place, in text that is the same on both sides, is no more than told. `eventpact check` says more.",
  ),
  entry(
    "nothing-to-compare",
    "error",
    "Both states have documents.",
    "Where one of them has none, all would be new, or gone. Mostly the wrong folder or commit was named. `eventpact check` lets the first documents of a folder pass.",
  ),
  entry(
    "base-missing",
    "error",
    "The commit that changes are judged against is there.",
    "A shallow clone may have neither the main branch nor the commit where HEAD left it, and `compatibility.against` may name a commit that was not fetched: whether anything breaks is undecided. Fetch the whole history (in GitHub Actions: `fetch-depth: 0`). A warning in a shallow clone where nothing names a commit.",
  ),
  entry(
    "history-unread",
    "error",
    "An event of a `_TRANSITIVE` mode is compared with every earlier state.",
    "A shallow clone, or more than 500 commits: the states that were not read are undecided.",
  ),
  entry(
    "approval-expired",
    "error",
    "An approval is not past its day.",
    "The change that it accepted is judged again. Mend it, or have it approved anew.",
  ),
  entry(
    "approval-unused",
    "warning",
    "Every approval accepts a change.",
    "An approval that nothing needs would hide nothing today and something tomorrow. Delete it.",
  ),
  entry(
    "approval-invalid",
    "error",
    "An approval says what, why, who and until when.",
    "An acceptance that nobody stands for is none: it is not applied.",
  ),
];

/** Every code of `eventpact diff`. */
export const diffCodes: readonly DiffCode[] = [
  ...Object.entries(schemaChanges).map(([code, [severity, title, why]]) => entry(code, severity, title, why)),
  ...ownCodes,
];
