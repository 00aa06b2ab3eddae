/** Whether a pointer is inside somebody's data (an example, a default …): a `$ref` in there refers to nothing. */
export function isInData(pointer: string): boolean {
  return dataPattern.test(pointer);
}

/** A property, definition or message may itself be called `default` or `examples`. */
const dataPattern =
  /(?<!\/(?:properties|patternProperties|dependentSchemas|definitions|\$defs|schemas|messages|channels|parameters))\/(?:const|default|enum|example|examples)(?:\/|$)/;
