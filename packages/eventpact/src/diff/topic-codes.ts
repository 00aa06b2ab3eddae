import { entry } from "./code-entry.ts";
import type { DiffCode } from "./code-entry.ts";

/** What `eventpact diff` says of topics and channels. */
export const topicCodes: readonly DiffCode[] = [
  entry("topic-added", "info", "A new topic.", "Nothing breaks: nobody listens to it yet."),
  entry(
    "topic-removed",
    "error",
    "A topic that somebody uses stays.",
    "Its readers wait for ever, and what is kept in it is lost to them. Move writers and readers first.",
  ),
  entry(
    "channel-address-changed",
    "error",
    "A channel keeps its address.",
    "Readers listen to the old address. Send to both until every reader has moved.",
  ),
  entry(
    "channel-topic-changed",
    "error",
    "A channel keeps its topic.",
    "The Kafka binding names the topic where events are, whatever the address says. Readers listen to the old one. Send to both until every reader has moved.",
  ),
  entry("channel-added", "info", "A new channel of a topic that is there.", "Nothing breaks."),
  entry(
    "channel-removed",
    "info",
    "A channel of a topic is gone.",
    "What it means for others is told by `event-removed`, `send-stopped` and `operation-channel-changed`.",
  ),
  entry("channel-renamed", "info", "A channel has another name in the documents.", "Its topic and its address count."),
  entry(
    "channel-messages-changed",
    "info",
    "A channel lists other messages.",
    "What it means for others is told by `event-added`, `event-removed`, `event-moved` and the operations.",
  ),
  entry(
    "channel-servers-changed",
    "error",
    "A channel stays on its servers.",
    "Who connects to the server that is gone from its list does not find it there.",
  ),
  entry(
    "channel-parameter-changed",
    "error",
    "A channel's parameter keeps its values.",
    "Addresses made of the values that are gone have no channel any more; another default or another location puts events at another address.",
  ),
  entry(
    "partitions-changed",
    "error",
    "A topic keeps its number of partitions.",
    "The partition of a key follows from their number: from now on events of one key lie in two partitions, and their order is lost. Make a new topic and move there, or accept it while the topic is empty.",
  ),
  entry(
    "retention-shortened",
    "warning",
    "A topic keeps its events as long as before.",
    "Events go earlier than their readers were promised: one who is behind, and one who replays, misses them.",
  ),
  entry(
    "retention-lengthened",
    "info",
    "A topic keeps its events longer.",
    "Versions that are no longer sent can be met for longer, and personal data stays for longer.",
  ),
  entry(
    "retention-changed",
    "warning",
    "A topic keeps as much as before.",
    "Who is behind, and who replays, misses what goes earlier.",
  ),
  entry(
    "message-size-changed",
    "error",
    "A topic takes events as large as before.",
    "Smaller: what senders still send is refused. Larger: readers may not fetch it.",
  ),
  entry(
    "cleanup-policy-changed",
    "error",
    "A topic keeps its cleanup policy.",
    "With `compact` only the newest event of each key stays: a topic of facts loses its history. Without it the last state of a key goes when its time is over.",
  ),
  entry(
    "binding-changed",
    "warning",
    "A binding of the protocol changed.",
    "docs/compatibility.md says of each field who is hit. Undecided where nobody here knows what it means; an error where somebody breaks.",
  ),
  entry(
    "field-changed",
    "warning",
    "A field of the documents changed.",
    "docs/compatibility.md says of each field who is hit, and why others harm nobody.",
  ),
  entry(
    "correlation-id-moved",
    "error",
    "The correlation id stays where it is.",
    "Requests and replies are joined by it, and the other side looks in the old place. Write it in both places until everybody has moved.",
  ),
  entry(
    "security-changed",
    "error",
    "Who connects goes on being accepted.",
    "Who has none of the credentials that are asked for is refused. Accept the old ones beside the new ones until everybody has moved.",
  ),
  entry("component-changed", "info", "A component that nothing refers to changed.", "Nobody can be hit by it."),
];
