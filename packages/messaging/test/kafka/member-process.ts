// A member of a group in a process of its own, so that it can be frozen and killed: node member-process.ts BROKERS GROUP TOPIC
import { openKafka } from "../../src/adapters/kafka/kafka.ts";
import { quick, sessionMs } from "./timing.ts";

const [brokers = "", group = "", topic = ""] = process.argv.slice(2);
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const kafka = await openKafka({ brokers: brokers.split(","), tuning: { ...quick, sessionTimeoutMs: sessionMs } });
const subscription = await kafka.subscribe(
  { group, topics: [topic], maxRecords: 1 },
  {
    onAssign: async ({ partition }, epoch) => tell({ what: "assigned", partition, epoch }),
    onRecords: async (place, epoch, [record]) => {
      if (record === undefined) return;
      tell({ what: "heard", partition: place.partition, epoch, value: record.value?.toString() });
      const answer = await subscription.commit(place, record.offset + 1, epoch);
      tell({ what: answer, partition: place.partition, epoch, value: record.value?.toString() });
    },
    onRevoke: async ({ partition }, epoch, lost) => tell({ what: "revoked", partition, epoch, lost }),
    onLost: (place, from, to) => tell({ what: "lost", ...place, from, to }),
  },
);
process.once("SIGTERM", () => void kafka.close(3_000).then(() => process.exit(0)));
