import { createServer, type Server, type Socket } from "node:net";

/** A mail server that takes everything and counts what it took. */
export interface MailServer {
  readonly url: string;
  /** Times each Message-ID was taken. */
  readonly taken: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Speaks as much SMTP (RFC 5321) as a sender needs. Listens on a free loopback port. */
export async function startMailServer(): Promise<MailServer> {
  const taken = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    converse(socket, (id) => void taken.set(id, (taken.get(id) ?? 0) + 1));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `smtp://127.0.0.1:${portOf(server)}`,
    taken,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

function converse(socket: Socket, take: (messageId: string) => void): void {
  let pending = "";
  let inData = false;
  socket.write("220 torture\r\n");
  socket.on("data", (chunk: Buffer) => {
    pending += chunk.toString("latin1");
    for (;;) {
      const mark = inData ? "\r\n.\r\n" : "\r\n";
      const at = pending.indexOf(mark);
      if (at < 0) return;
      const piece = pending.slice(0, at);
      pending = pending.slice(at + mark.length);
      if (inData) {
        inData = false;
        take(/^message-id:\s*<([^>]+)>/im.exec(piece)?.[1] ?? "none");
        socket.write("250 taken\r\n");
        continue;
      }
      const verb = piece.slice(0, 4).toUpperCase();
      inData = verb === "DATA";
      socket.write(inData ? "354 go on\r\n" : verb === "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
      if (verb === "QUIT") socket.end();
    }
  });
}
