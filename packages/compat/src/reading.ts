/** How schemas are read, without anything that proves or compiles: quick to load. */
export { isSelfContained } from "./schema/self-contained.ts";
export { hasSiblings } from "./schema/siblings.ts";
export { declaredDraft, dialectOf, draftOf, foreignTo, translateNode, withNumericBounds } from "./schema/translate.ts";
