export { problem, ProblemError, type Problem } from "./problem.ts";
export { createServer, type Probes, type ServerOptions } from "./server.ts";
