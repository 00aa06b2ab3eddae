/** Where one broker listens and keeps its log. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly logDir: string;
  /** Settings of the broker beside the common ones, which they win over. */
  readonly more?: Readonly<Record<string, string>>;
}

/** The settings that every way of starting a broker shares: one KRaft node, safe defaults, quick groups. */
export const commonSettings: Readonly<Record<string, string>> = {
  "process.roles": "broker,controller",
  "node.id": "1",
  "controller.listener.names": "CONTROLLER",
  "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
  // A misspelt topic is an error, not a new topic with one partition.
  "auto.create.topics.enable": "false",
  "offsets.topic.replication.factor": "1",
  "offsets.topic.num.partitions": "4",
  "transaction.state.log.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "transaction.state.log.num.partitions": "4",
  "share.coordinator.state.topic.replication.factor": "1",
  "share.coordinator.state.topic.min.isr": "1",
  // The default waits three seconds for a second member each time a group is born.
  "group.initial.rebalance.delay.ms": "0",
  // After a crash the one broker waits until its own old registration has expired (nine seconds by default).
  "broker.session.timeout.ms": "4000",
  "broker.heartbeat.interval.ms": "1000",
  // Lets tests use short sessions; the default lower bound is six seconds.
  "group.min.session.timeout.ms": "1000",
};

/** The server.properties of a broker at `place`, as text. */
export function serverProperties(place: Place): string {
  const settings = {
    ...commonSettings,
    "controller.quorum.voters": `1@${place.host}:${place.controllerPort}`,
    listeners: `PLAINTEXT://${place.host}:${place.port},CONTROLLER://${place.host}:${place.controllerPort}`,
    "advertised.listeners": `PLAINTEXT://${place.host}:${place.port}`,
    // In a properties file a backslash escapes, as in Windows paths.
    "log.dirs": place.logDir.replaceAll("\\", "/"),
    ...place.more,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** The same settings for the apache/kafka image, which reads `KAFKA_…` variables. */
export function containerEnvironment(port: number, more: Place["more"] = {}): Record<string, string> {
  const settings: Record<string, string> = {
    ...commonSettings,
    "controller.quorum.voters": "1@localhost:9093",
    listeners: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://localhost:9093`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    ...more,
  };
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.replaceAll("_", "__").replaceAll(".", "_").toUpperCase()}`,
      value,
    ]),
  );
}
