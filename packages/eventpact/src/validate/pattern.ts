/** Why a text is no regular expression of ECMAScript (in Unicode mode, by default), or undefined when it is one. Never run. */
export function patternFault(source: string, flags: "u" | "" = "u"): string | undefined {
  try {
    RegExp(source, flags);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\/u?: /).at(-1) ?? error.message) : String(error);
    return reason.charAt(0).toLowerCase() + reason.slice(1);
  }
}
