import { asyncapiVersion } from "./asyncapi-version.ts";
import { bindingEmpty } from "./binding-empty.ts";
import { bindingSchema } from "./binding-schema.ts";
import { channelAddress } from "./channel-address.ts";
import { channelName } from "./channel-name.ts";
import { channelParameters } from "./channel-parameters.ts";
import { channelServer } from "./channel-server.ts";
import { componentName } from "./component-name.ts";
import { contentType } from "./content-type.ts";
import { documentId } from "./document-id.ts";
import { eventDescription } from "./event-description.ts";
import { eventEnvelope } from "./event-envelope.ts";
import { eventExample } from "./event-example.ts";
import { eventFile } from "./event-file.ts";
import { eventKey } from "./event-key.ts";
import { eventLifecycle } from "./event-lifecycle.ts";
import { eventName } from "./event-name.ts";
import { eventOnce } from "./event-once.ts";
import { eventOpen } from "./event-open.ts";
import { eventPastTense } from "./event-past-tense.ts";
import { eventUnused } from "./event-unused.ts";
import { exampleValid } from "./example-valid.ts";
import { fieldInvalid } from "./field-invalid.ts";
import { fieldMissing } from "./field-missing.ts";
import { fieldUnknown } from "./field-unknown.ts";
import { fileEncoding } from "./file-encoding.ts";
import { fileTooLarge } from "./file-too-large.ts";
import { fileUnused } from "./file-unused.ts";
import { kafkaRegistry } from "./kafka-registry.ts";
import { locationDeclared } from "./location-declared.ts";
import { locationInvalid } from "./location-invalid.ts";
import { messageHeaders } from "./message-headers.ts";
import { operationChannel } from "./operation-channel.ts";
import { operationMessage } from "./operation-message.ts";
import { parameterValue } from "./parameter-value.ts";
import { personalData } from "./personal-data.ts";
import { propertyDescription } from "./property-description.ts";
import { receiveAllVersions } from "./receive-all-versions.ts";
import { receiveWithoutSender } from "./receive-without-sender.ts";
import { refPlace } from "./ref-place.ts";
import { refResolves } from "./ref-resolves.ts";
import { refSiblings } from "./ref-siblings.ts";
import { replyAddress } from "./reply-address.ts";
import type { Rule } from "./rule.ts";
import { schemaBounds } from "./schema-bounds.ts";
import { schemaCompiles } from "./schema-compiles.ts";
import { schemaDiscriminator } from "./schema-discriminator.ts";
import { schemaFormat } from "./schema-format.ts";
import { schemaKeywordIdle } from "./schema-keyword-idle.ts";
import { schemaKeywordUnknown } from "./schema-keyword-unknown.ts";
import { schemaLanguage } from "./schema-language.ts";
import { schemaPatternUnicode } from "./schema-pattern-unicode.ts";
import { schemaPattern } from "./schema-pattern.ts";
import { schemaRefSiblings } from "./schema-ref-siblings.ts";
import { schemaRequired } from "./schema-required.ts";
import { schemaValue } from "./schema-value.ts";
import { sendWithoutReceiver } from "./send-without-receiver.ts";
import { serverVariables } from "./server-variables.ts";
import { tagUnique } from "./tag-unique.ts";
import { topicAgrees } from "./topic-agrees.ts";
import { topicOneWriter } from "./topic-one-writer.ts";
import { yamlAlias } from "./yaml-alias.ts";
import { yamlDuplicateKey } from "./yaml-duplicate-key.ts";
import { yamlJson } from "./yaml-json.ts";
import { yamlSyntax } from "./yaml-syntax.ts";

/** Every rule, sorted by code. A new rule is a file beside this one and a line in this list. */
export const rules: readonly Rule[] = [
  asyncapiVersion,
  bindingEmpty,
  bindingSchema,
  channelAddress,
  channelName,
  channelParameters,
  channelServer,
  componentName,
  contentType,
  documentId,
  eventDescription,
  eventEnvelope,
  eventExample,
  eventFile,
  eventKey,
  eventLifecycle,
  eventName,
  eventOnce,
  eventOpen,
  eventPastTense,
  eventUnused,
  exampleValid,
  fieldInvalid,
  fieldMissing,
  fieldUnknown,
  fileEncoding,
  fileTooLarge,
  fileUnused,
  kafkaRegistry,
  locationDeclared,
  locationInvalid,
  messageHeaders,
  operationChannel,
  operationMessage,
  parameterValue,
  personalData,
  propertyDescription,
  receiveAllVersions,
  receiveWithoutSender,
  refPlace,
  refResolves,
  refSiblings,
  replyAddress,
  schemaBounds,
  schemaCompiles,
  schemaDiscriminator,
  schemaFormat,
  schemaKeywordIdle,
  schemaKeywordUnknown,
  schemaLanguage,
  schemaPattern,
  schemaPatternUnicode,
  schemaRefSiblings,
  schemaRequired,
  schemaValue,
  sendWithoutReceiver,
  serverVariables,
  tagUnique,
  topicAgrees,
  topicOneWriter,
  yamlAlias,
  yamlDuplicateKey,
  yamlJson,
  yamlSyntax,
];
