import { describe, expect, test } from "@jest/globals";
import { RequestWindows } from "../src/request-windows.ts";

function asked(windows: RequestWindows, address = "192.0.2.1"): { current: number; ttl: number } {
  let told: { current: number; ttl: number } | undefined;
  windows.incr(address, (_, result) => (told = result), 60_000);
  return told ?? { current: -1, ttl: -1 };
}

describe("the windows in which requests are counted", () => {
  test("begin with an address's first request, end a minute later, and know nothing of the date", () => {
    let elapsed = 1_000;
    const windows = new RequestWindows(undefined, () => elapsed);
    expect([asked(windows), asked(windows)]).toEqual([
      { current: 1, ttl: 60_000 },
      { current: 2, ttl: 60_000 },
    ]);
    expect(asked(windows, "192.0.2.2").current).toBe(1);
    elapsed += 59_999;
    expect(asked(windows)).toEqual({ current: 3, ttl: 1 });
    elapsed += 1;
    expect(asked(windows)).toEqual({ current: 1, ttl: 60_000 });
    expect(asked(windows.child()).current).toBe(1);
  });

  test("are forgotten when there are too many, those first that began first", () => {
    const windows = new RequestWindows(undefined, () => 0);
    for (let last = 0; last <= 5_000; last += 1) asked(windows, `address ${last}`);
    expect(asked(windows, "address 5000").current).toBe(2);
    expect(asked(windows, "address 0").current).toBe(1);
  });
});
