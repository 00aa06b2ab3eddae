export { conformance } from "./conformance.ts";
export type { AdapterUnderTest, ConformanceCase } from "./conformance.ts";
export { checkHistory } from "./history.ts";
export type { Anomaly, History, Verdict } from "./history.ts";
export { openReader } from "./reader.ts";
export type { Reader, ReaderOptions } from "./reader.ts";
