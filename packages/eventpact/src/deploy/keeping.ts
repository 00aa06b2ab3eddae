import type { DeploySettings } from "../config/settings.ts";
import type { StoredTopic } from "./objects.ts";
import type { Span } from "./time.ts";
import { after, kafkaSpan, latest, shownSpan } from "./time.ts";

/** How long an event can be met in a topic after it was written, and why that is known. */
export interface Keeping {
  readonly span: Span;
  /** What is said of the topic, without what Kafka adds; as `span` where nothing ends or nothing is said. */
  readonly retention: Span;
  readonly why: string;
  /** Somebody says how long; otherwise `span` is for ever, because no end is known. */
  readonly isStated: boolean;
}

type Settings = Pick<DeploySettings, "retention" | "segment" | "retentionCheck">;

/**
 * How long a topic keeps what is written, for every command and the site: by eventpact.yaml, else the longest of what its
 * declarations say. `declared`: every one that holds or held somewhere, since a topic's retention is not shortened by deploying
 * another declaration of it.
 *
 * Kafka deletes whole segments, by the newest record in them, and looks for them now and then. So the first record of a
 * segment stays for as long as the segment is written to (`segment.ms`; a size limit only ends it earlier), then for
 * `retention.ms`, then until the next look.
 */
export function keepingOf(settings: Settings, topic: string, declared: readonly StoredTopic[]): Keeping {
  const stated = Object.hasOwn(settings.retention, topic) ? settings.retention[topic] : undefined;
  if (stated === undefined && declared.some(({ cleanupPolicy }) => cleanupPolicy === "compact"))
    return {
      span: null,
      retention: null,
      why: `${topic} is compacted: the last event of every key stays`,
      isStated: true,
    };
  const spans = declared.flatMap(({ retentionMs }) => (retentionMs === undefined ? [] : [kafkaSpan(retentionMs)]));
  if (stated === undefined && spans.length === 0)
    return { span: null, retention: null, why: `nothing says how long ${topic} keeps`, isStated: false };
  const retention = stated === undefined ? latest(spans) : stated;
  const source = stated === undefined ? "" : " (eventpact.yaml)";
  if (retention === null) return { span: null, retention, why: `${topic} keeps for ever${source}`, isStated: true };
  const segment = segmentOf(settings, declared);
  const span = after(after(retention, segment), settings.retentionCheck);
  const why = `${topic} keeps ${shownSpan(retention)}${source}, and Kafka up to ${shownSpan(segment)} longer until a segment ends`;
  return { span, retention, why, isStated: true };
}

/** The longest that one segment is written to, by what every declaration says or leaves to the brokers. */
function segmentOf({ segment }: Settings, declared: readonly StoredTopic[]): Span {
  const spans = declared.map(({ segmentMs }) => (segmentMs === undefined ? segment : kafkaSpan(segmentMs)));
  return spans.length === 0 ? segment : latest(spans);
}
