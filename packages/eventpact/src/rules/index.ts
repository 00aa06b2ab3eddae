import { asyncapiVersion } from "./asyncapi-version.ts";
import { channelName } from "./channel-name.ts";
import { channelParameters } from "./channel-parameters.ts";
import { channelServer } from "./channel-server.ts";
import { exampleValid } from "./example-valid.ts";
import { fieldInvalid } from "./field-invalid.ts";
import { fieldMissing } from "./field-missing.ts";
import { fieldUnknown } from "./field-unknown.ts";
import { fileTooLarge } from "./file-too-large.ts";
import { operationChannel } from "./operation-channel.ts";
import { operationMessage } from "./operation-message.ts";
import { refPlace } from "./ref-place.ts";
import { refResolves } from "./ref-resolves.ts";
import { schemaCompiles } from "./schema-compiles.ts";
import { yamlAlias } from "./yaml-alias.ts";
import { yamlDuplicateKey } from "./yaml-duplicate-key.ts";
import { yamlSyntax } from "./yaml-syntax.ts";
import type { Rule } from "./rule.ts";

/** Every rule, sorted by code. A new rule is a file beside this one and a line in this list. */
export const rules: readonly Rule[] = [
  asyncapiVersion,
  channelName,
  channelParameters,
  channelServer,
  exampleValid,
  fieldInvalid,
  fieldMissing,
  fieldUnknown,
  fileTooLarge,
  operationChannel,
  operationMessage,
  refPlace,
  refResolves,
  schemaCompiles,
  yamlAlias,
  yamlDuplicateKey,
  yamlSyntax,
];
