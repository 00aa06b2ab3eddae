/** Why a text is no regular expression of ECMAScript in Unicode mode, or undefined when it is one. Patterns are compiled, never run. */
export function patternFault(source: string): string | undefined {
  try {
    RegExp(source, "u");
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("/u: ")[1] ?? error.message) : String(error);
    return reason.charAt(0).toLowerCase() + reason.slice(1);
  }
}
