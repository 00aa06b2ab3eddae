import type { DeploySettings } from "../config/settings.ts";
import type { StoredTopic } from "./objects.ts";
import type { Span } from "./time.ts";
import { latest, shownSpan } from "./time.ts";

/** How long a topic keeps what is written, and why that is known. */
export interface Keeping {
  readonly span: Span;
  readonly why: string;
  /** Somebody says how long; otherwise `span` is for ever, because no end is known. */
  readonly isStated: boolean;
}

/**
 * How long a topic keeps what is written, for every command and the site: by eventpact.yaml, else the longest of what its
 * declarations say. `declared`: every one that holds or held somewhere, since a topic's retention is not shortened by deploying
 * another declaration of it.
 */
export function keepingOf(
  { retention }: Pick<DeploySettings, "retention">,
  topic: string,
  declared: readonly StoredTopic[],
): Keeping {
  const stated = Object.hasOwn(retention, topic) ? retention[topic] : undefined;
  if (stated !== undefined)
    return { span: stated, why: `${topic} keeps ${shownSpan(stated)} (eventpact.yaml)`, isStated: true };
  if (declared.some(({ cleanupPolicy }) => cleanupPolicy === "compact"))
    return { span: null, why: `${topic} is compacted: the last event of every key stays`, isStated: true };
  const spans = declared.flatMap(({ retentionMs }) =>
    retentionMs === undefined ? [] : [retentionMs < 0 ? null : retentionMs],
  );
  if (spans.length === 0) return { span: null, why: `nothing says how long ${topic} keeps`, isStated: false };
  const span = latest(spans);
  return { span, why: `${topic} keeps ${shownSpan(span)}`, isStated: true };
}
