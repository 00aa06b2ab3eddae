import type { Table } from "./row.ts";
import { breaks, harmless, look, measured, unknown } from "./row.ts";

const bindingVersion = harmless("The version of the binding's own description; what it says is compared.");
const doubt = unknown("What it means for those who run is not known here: whoever knows the broker decides.");
const moved = breaks("both", "Senders and readers are still in the old place.");
const protocolSchema = unknown("A schema of the broker's own fields, which is not judged here.");

/** The bindings of the specification that no judge of their own has: what is moved breaks, what is doubtful is undecided. */
export const otherBindingTable: Readonly<Record<string, Table>> = {
  "anypointmq channel": { destination: moved, destinationType: moved, bindingVersion },
  "anypointmq message": { headers: protocolSchema, bindingVersion },
  "googlepubsub channel": {
    labels: harmless("Labels for whoever pays and searches."),
    messageRetentionDuration: doubt,
    messageStoragePolicy: look("nobody", "Where the broker keeps the bytes."),
    schemaSettings: doubt,
    bindingVersion,
    topic: moved,
  },
  "googlepubsub message": {
    attributes: doubt,
    orderingKey: breaks("receiver", "Events of one key are no longer in order."),
    schema: doubt,
    bindingVersion,
  },
  "ibmmq server": {
    groupId: look("both", "Queue managers are chosen by it."),
    ccdtQueueManagerName: moved,
    cipherSpec: breaks("both", "Clients of the old cipher are refused."),
    multiEndpointServer: look("both", "Whether several queue managers answer."),
    heartBeatInterval: harmless("How soon a dead connection is noticed."),
    bindingVersion,
  },
  "ibmmq channel": {
    destinationType: moved,
    queue: breaks("both", "Senders and readers are still on the old queue, or declare it otherwise."),
    topic: breaks("both", "Senders and readers are still on the old topic, or declare it otherwise."),
    maxMsgLength: measured("both", "Smaller: what senders still send is refused. Larger: readers may not take it.", {
      set: "warning",
      less: "breaking",
      more: "warning",
    }),
    bindingVersion,
  },
  "ibmmq message": {
    type: breaks("receiver", "Readers take text for bytes, or bytes for text."),
    headers: look("receiver", "Readers may go by headers that come no more."),
    description: harmless("Words for people."),
    expiry: measured("receiver", "Who is behind misses what expires earlier.", {
      set: "warning",
      cleared: "info",
      less: "warning",
      more: "info",
    }),
    bindingVersion,
  },
  "jms server": {
    jmsConnectionFactory: doubt,
    properties: doubt,
    clientID: look("receiver", "A durable subscription belongs to the client's id."),
    bindingVersion,
  },
  "jms channel": { destination: moved, destinationType: moved, bindingVersion },
  "jms message": { headers: protocolSchema, bindingVersion },
  "mqtt server": {
    clientId: doubt,
    cleanSession: doubt,
    lastWill: doubt,
    keepAlive: look("nobody", "How soon a dead connection is noticed."),
    sessionExpiryInterval: doubt,
    maximumPacketSize: doubt,
    bindingVersion,
  },
  "mqtt operation": { qos: doubt, retain: doubt, messageExpiryInterval: doubt, bindingVersion },
  "mqtt message": {
    payloadFormatIndicator: doubt,
    correlationData: protocolSchema,
    contentType: breaks("receiver", "Readers decode the bytes by it."),
    responseTopic: breaks("both", "Who asked waits on the old topic."),
    bindingVersion,
  },
  "nats operation": {
    queue: breaks("receiver", "Readers of another queue group each get every message."),
    bindingVersion,
  },
  "pulsar server": { tenant: moved, bindingVersion },
  "pulsar channel": {
    namespace: moved,
    persistence: moved,
    compaction: doubt,
    "geo-replication": look("nobody", "Where the broker keeps copies."),
    retention: doubt,
    ttl: doubt,
    deduplication: doubt,
    bindingVersion,
  },
  "ros2 server": { rmwImplementation: doubt, domainId: moved, bindingVersion },
  "ros2 operation": {
    role: breaks("both", "The other side expects the old role."),
    node: look("nobody", "The node's name."),
    qosPolicies: doubt,
    bindingVersion,
  },
  "sns channel": {
    name: moved,
    ordering: doubt,
    policy: look("both", "Who may send and who may subscribe."),
    tags: harmless("Labels for whoever pays and searches."),
    bindingVersion,
  },
  "sns operation": { topic: doubt, consumers: doubt, deliveryPolicy: doubt, bindingVersion },
  "solace server": { msgVpn: moved, msvVpn: moved, clientName: look("nobody", "The client's name."), bindingVersion },
  "solace operation": { destinations: doubt, timeToLive: doubt, priority: doubt, dmqEligible: doubt, bindingVersion },
  "sqs channel": { queue: doubt, deadLetterQueue: doubt, bindingVersion },
  "sqs operation": { queues: doubt, bindingVersion },
};
