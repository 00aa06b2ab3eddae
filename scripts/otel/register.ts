// For a service as a process of its own: NODE_OPTIONS=--import=…/scripts/otel/register.ts
import { startTracing } from "./tracing.ts";

const end = await startTracing(process.env);
process.once("beforeExit", () => void end());
