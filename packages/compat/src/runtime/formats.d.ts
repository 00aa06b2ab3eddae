/** The formats that are one regular expression; see formats.js. */
export const expressions: Readonly<Record<string, RegExp>>;

/** Format name → check; see formats.js. */
export const formats: Record<
  string,
  true | ((text: string) => boolean) | { type: "number"; validate: (value: number) => boolean }
>;
