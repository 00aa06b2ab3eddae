export { followOrder, type Condition, type FollowOptions } from "./follow.ts";
export { isLast, type Step } from "./step.ts";
export { FollowError } from "./transport.ts";
