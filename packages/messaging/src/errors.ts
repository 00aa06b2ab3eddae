/** Every technical error of the runtime: its code, whether trying again can help, and what to do. */
export const catalogue = {
  "batch-too-large": [
    false,
    "A transaction returned more events than one transaction may send.",
    "Split the work into several commands, or raise `settings.eventsPerTransaction`.",
  ],
  "broker-unavailable": [
    true,
    "The broker did not answer.",
    "Events wait in the outbox and are sent when it answers again; check the broker.",
  ],
  closed: [false, "The runtime or its connection is closed.", "Do not use it after `stop()`."],
  "data-dir-in-use": [
    false,
    "Another process has this data directory open.",
    "Stop the process that the message names, or choose another directory.",
  ],
  "database-unavailable": [
    true,
    "The database did not answer.",
    "Work goes on when it answers again; check the database.",
  ],
  "dead-letter-not-found": [
    false,
    "There is no dead letter with this id.",
    "List the dead letters of the service and take an id from there.",
  ],
  "dead-letter-settled": [
    false,
    "The dead letter was redriven or discarded before.",
    "Nothing to do: its audit trail says who did what and when.",
  ],
  "event-invalid": [
    false,
    "An event does not fit its schema; nothing was committed.",
    "The message names the place in the event; make the code that returned it fill that place.",
  ],
  "event-key-mismatch": [
    false,
    "An event's key is not the value at its schema's key location.",
    "Build events with the generated constructors, which take the key from the data.",
  ],
  "event-not-declared": [
    false,
    "A service returned an event that its contract does not let it send.",
    "Add a `send` operation to the AsyncAPI document and generate again, or do not return the event.",
  ],
  "event-too-large": [
    false,
    "An event is larger than the broker would take; nothing was committed.",
    "Send a reference to the large part, not the part itself.",
  ],
  fenced: [true, "Another member owns this partition now.", "Nothing to do: the other member handles the events."],
  gap: [
    true,
    "An event came before its predecessor of the same key.",
    "It waits for the predecessor. If that was lost, redrive this event from the dead letters.",
  ],
  "handler-failed": [
    true,
    "A handler threw an error.",
    "The cause is in the dead letter; repair the handler, then redrive.",
  ],
  "handler-died": [
    true,
    "The process ended while a handler was running, again and again.",
    "Look for exits, memory exhaustion or native crashes in that handler; then redrive.",
  ],
  "handler-timeout": [
    true,
    "A handler did not finish in time.",
    "Give every outside call a timeout of its own, or raise the timeout of this event in `policies`.",
  ],
  "handlers-mismatch": [
    false,
    "A service's handlers do not match its contract.",
    "The message names the missing and the extra rows.",
  ],
  "message-invalid": [
    false,
    "A received message does not fit its schema.",
    "The message names the place. Repair the producer; redrive an edited copy if the event matters.",
  ],
  "message-unreadable": [
    false,
    "Received bytes are not an event.",
    "Find the writer through the headers of the dead letter; only the owning service may write to a topic.",
  ],
  "migration-changed": [
    false,
    "A migration that was already applied has another content now.",
    "Restore the file and put the change into a new one with the next number.",
  ],
  "migration-failed": [
    false,
    "A migration could not be applied; nothing of it remains.",
    "The cause names the statement; repair the file and start again.",
  ],
  "migration-misnumbered": [
    false,
    "Migration files must be numbered 001, 002, 003 … without a gap or a double.",
    "Rename the file that the message names.",
  ],
  "out-of-order": [
    false,
    "An event arrived after a later event of its key had been handled.",
    "Decide by the data whether it still matters: redrive or discard it.",
  ],
  "payload-conflict": [
    false,
    "Edited bytes are not a valid event, or carry another identity.",
    "Keep eventId, eventType and sequence, and repair the place the message names.",
  ],
  "record-lost": [
    false,
    "Records were removed from a topic before this group had read them.",
    "Compare the retention of the topic with the lag of the group; rebuild the state by replay if needed.",
  ],
  stalled: [
    true,
    "A partition has records to go and stood still although database and broker answer.",
    "The member joins its group again by itself. The log line before says what the partition was at; report it if it comes back.",
  ],
  "stream-conflict": [true, "Somebody else appended to the stream first.", "Load the stream again and decide again."],
  "topic-mismatch": [
    false,
    "A topic exists with fewer partitions than the contract asks for.",
    "Add partitions at a quiet moment; order per key holds, since successors wait for their predecessors.",
  ],
  "transaction-closed": [
    false,
    "The transaction of this handler or command has ended.",
    "Await everything you start in a handler; nothing may go on after it returned or timed out.",
  ],
  "unknown-type": [
    false,
    "An event of a type that no contract knows.",
    "Generate again from the newest contracts, deploy, and redrive.",
  ],
  "unknown-version": [
    true,
    "A version of an event that this service does not know (yet).",
    "Deploy the consumer that knows it: the event waits; when its time is over, redrive it.",
  ],
  "wait-expired": [
    false,
    "A handler waited for a predecessor that never came.",
    "Find out why it never came (the reason is in the message), then redrive or discard.",
  ],
} as const satisfies Record<string, readonly [retryable: boolean, what: string, wayOut: string]>;

export type ErrorCode = keyof typeof catalogue;

/**
 * Technical trouble (business refusals are events, never errors). `retryable` says whether the same
 * attempt can succeed later; retry reads it, and dead letters keep the rest.
 */
export class MessagingError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, detail: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(
      detail === "" ? catalogue[code][1] : detail,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "MessagingError";
    this.code = code;
    this.retryable = options.retryable ?? catalogue[code][0];
  }
}

/** Whether `error` is a MessagingError, of `code` if one is given. */
export function isMessagingError(error: unknown, code?: ErrorCode): error is MessagingError {
  return error instanceof MessagingError && (code === undefined || error.code === code);
}
