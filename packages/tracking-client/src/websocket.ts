import { readStep } from "./step.ts";
import { placeOf, type Connection, type End } from "./transport.ts";

/** Follows over a WebSocket, for networks that hold streams back. What is over is known from the last step alone. */
export function webSocket(connection: Connection): Promise<End> {
  const { after, signal, silenceMs, onStep, onOpen } = connection;
  const place = placeOf(connection, "ws");
  place.protocol = place.protocol.replace("http", "ws");
  place.searchParams.set("after", String(after));
  const { promise, resolve } = Promise.withResolvers<End>();
  const socket = new WebSocket(place);
  // A browser answers the server's pings itself and shows nothing of them: only the beginning can be timed.
  const opening = setTimeout(() => socket.close(), Math.min(silenceMs, 8_000));
  const leave = (): void => socket.close();
  signal.addEventListener("abort", leave, { once: true });
  socket.addEventListener("open", () => {
    clearTimeout(opening);
    onOpen();
  });
  socket.addEventListener("message", ({ data }) => {
    const step = readStep(String(data));
    if (step) onStep(step);
  });
  const done = (): void => {
    clearTimeout(opening);
    signal.removeEventListener("abort", leave);
    resolve("broken");
  };
  socket.addEventListener("close", done);
  socket.addEventListener("error", done);
  return promise;
}
