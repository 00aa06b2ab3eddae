export type {
  Catalog,
  CatalogEvent,
  CatalogService,
  CatalogTopic,
  Decoded,
  DecodeFailure,
  Envelope,
  EventCodec,
  NewEvent,
  Validation,
} from "./events.ts";
export { catalogue, isMessagingError, MessagingError } from "./errors.ts";
export type { ErrorCode } from "./errors.ts";
export { defineService, wait } from "./service.ts";
export type {
  Context,
  Delivery,
  Handler,
  HandlerContext,
  HandlerPolicy,
  HandlerResult,
  Handlers,
  Job,
  Service,
  ServiceDefinition,
  ServiceSettings,
  Wait,
} from "./service.ts";
export type { Upcaster } from "./upcast.ts";
export { systemClock, virtualClock } from "./ports/clock.ts";
export type { Clock, VirtualClock } from "./ports/clock.ts";
export { seededIds, systemIds } from "./ports/ids.ts";
export type { Ids } from "./ports/ids.ts";
export type {
  Database,
  QueryResult,
  Session,
  Tables,
  Transaction,
  TransactionOptions,
  Urgency,
} from "./ports/database.ts";
export type {
  Features,
  Headers,
  Lag,
  OutgoingRecord,
  SendResult,
  SharedLog,
  StoredRecord,
  SubscribeOptions,
  Subscriber,
  Subscription,
  TopicPartition,
  TopicSpec,
  Transport,
} from "./ports/transport.ts";
export { openDatabase } from "./database/open.ts";
export type { OpenDatabaseOptions } from "./database/open.ts";
export { createRuntime } from "./runtime/runtime.ts";
export type {
  Health,
  ParkedEvent,
  ReplayOptions,
  ReplayReport,
  Runtime,
  RuntimeStatus,
  RuntimeOptions,
  ServiceRuntime,
  TransactOptions,
  Work,
} from "./runtime/api.ts";
export type {
  AuditEntry,
  DeadLetter,
  DeadLetterCause,
  DeadLetterQuery,
  DeadLetters,
  DeadLetterStatus,
  Signed,
} from "./runtime/dead-letter-types.ts";
export { failpointNames, failpointsFrom } from "./runtime/failpoints.ts";
export type { Failpoint, Failpoints } from "./runtime/failpoints.ts";
export { defaults } from "./runtime/settings.ts";
export type { BreakerSettings, Settings } from "./runtime/settings.ts";
export { flushTraces, openRequestSpan } from "./runtime/trace.ts";
export type { RequestSpan } from "./runtime/trace.ts";
export { eventStore } from "./event-store.ts";
export type { EventStore, Recorded, StoredEvent } from "./event-store.ts";
