import { describe, expect, test } from "@jest/globals";
import { EnvironmentError, readEnvironment } from "../src/index.ts";

const defaults = { port: 3000, dataDir: ".data" };

describe("the environment", () => {
  test("needs nothing: loopback, the embedded database, no broker", () => {
    expect(readEnvironment({}, defaults)).toEqual({
      port: 3000,
      host: "127.0.0.1",
      dataDir: ".data",
      databaseUrl: undefined,
      kafkaBrokers: [],
      logLevel: "warn",
      failpoints: "",
      opsToken: undefined,
    });
  });

  test("reads several brokers and forgives spaces", () => {
    expect(readEnvironment({ KAFKA_BROKERS: " a:9092, b:9093 " }, defaults).kafkaBrokers).toEqual(["a:9092", "b:9093"]);
  });

  test("names every variable it cannot understand at once, and never repeats a password", () => {
    const read = (): unknown =>
      readEnvironment(
        { PORT: "http", DATABASE_URL: "mysql://me:secret@db", KAFKA_BROKERS: "localhost", LOG_LEVEL: "loud" },
        defaults,
      );
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(
      /PORT is "http"[\s\S]*DATABASE_URL[\s\S]*KAFKA_BROKERS has "localhost"[\s\S]*LOG_LEVEL is "loud"/,
    );
    expect(read).not.toThrow(/secret/);
  });
});
