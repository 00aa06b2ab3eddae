/** Whether a pointer is inside somebody's data (an example, a default …): a `$ref` in there refers to nothing. */
export function isInData(pointer: string): boolean {
  return dataPattern.test(pointer);
}

/** Maps whose names their author chose: a property, a channel, an operation may itself be called `default` or `examples`. */
const maps =
  "properties patternProperties dependentSchemas dependencies definitions $defs schemas messages channels operations servers parameters replies replyAddresses correlationIds securitySchemes variables serverVariables messageTraits operationTraits tags externalDocs serverBindings channelBindings operationBindings messageBindings bindings flows"
    .replace("$", "\\$")
    .replaceAll(" ", "|");

const dataPattern = new RegExp(`(?<!/(?:${maps}))/(?:const|default|enum|example|examples)(?:/|$)`);
