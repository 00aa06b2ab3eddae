export { closeOnSignals, runAlone, runHost } from "./alone.ts";
export { EnvironmentError, readEnvironment, type Environment } from "./environment.ts";
export { startHost, type Api, type Host, type Hosted, type HostOptions } from "./host.ts";
export { admit, isLoopback, type Access } from "./ops/access.ts";
export { masked, type PersonalNames } from "./ops/masking.ts";
export { problem, ProblemError, type Problem } from "./problem.ts";
export { servePages, serveSite } from "./pages.ts";
export { createServer, type Probes, type ServerOptions } from "./server.ts";
