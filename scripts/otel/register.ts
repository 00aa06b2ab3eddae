// For a service as a process of its own: NODE_OPTIONS=--import=…/scripts/otel/register.ts
// The host sends what is left when it closes.
import { startTracing } from "./tracing.ts";

await startTracing(process.env);
