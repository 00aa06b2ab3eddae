/** What validators need at run time; see values.js. */
export function ucs2length(text: string): number;
export function multipleOf(step: number): (value: number) => boolean;
export function repeated(items: readonly unknown[]): { readonly i: number; readonly j: number } | undefined;
export function equal(left: unknown, right: unknown): boolean;
