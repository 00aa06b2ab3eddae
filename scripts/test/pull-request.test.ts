import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { post, whereFrom } from "../pull-request/post.ts";
import { commentText, marker } from "../pull-request/report.ts";

describe("the comment", () => {
  test("has a line for each step, and opens what is not well", () => {
    const text = commentText([
      { title: "Documents", ok: "yes", summary: "nothing found" },
      { title: "Contracts", ok: "no", summary: "1 error", text: "order.yaml:3:1: error: broken" },
    ]);
    expect(text.startsWith(marker)).toBe(true);
    expect(text).toContain("| ✅ | Documents | `nothing found` |\n| ❌ | Contracts | `1 error` |");
    expect(text).toContain("<details open><summary>Contracts</summary>\n\n```text\norder.yaml:3:1: error: broken\n```");
  });

  test("makes nothing of what authors write: no markup, no mention, no way out of the fence or the table", () => {
    const hostile = "```\n<img src=x> @everyone ````` [x](http://evil) | `a`";
    const text = commentText([{ title: "Contracts", ok: "no", summary: hostile, text: hostile }]);
    const [row = ""] = text.split("\n").filter((line) => line.includes("Contracts |"));
    expect(row.split("|")).toHaveLength(5);
    expect(row.split("`")).toHaveLength(3);
    expect(text).toContain(`\`\`\`\`\`\`text\n${hostile}\n\`\`\`\`\`\``);
  });

  test("stays within what GitHub takes, and says that something is left out", () => {
    const step = { title: "Contracts", ok: "no", summary: "much", text: "x".repeat(50_000) } as const;
    const text = commentText(Array.from({ length: 20 }, () => step));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("it is in the log of the run");
    expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });
});

interface Kept {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string };
}

/** As much of GitHub as a comment needs. */
async function github(comments: Kept[]) {
  const asked: { method: string; url: string; authorization: string }[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, authorization: headers.authorization ?? "" });
    const answer = (status: number, value: unknown): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    const address = new URL(url, "http://localhost");
    if (address.pathname === "/api/repos/shop/events/issues/7/comments" && method === "GET") {
      const page = Number(address.searchParams.get("page"));
      return answer(200, comments.slice((page - 1) * 100, page * 100));
    }
    const { body } = JSON.parse(await textOf(request)) as { body: string };
    if (method === "POST") comments.push({ id: 1000 + comments.length, body, user: { type: "Bot" } });
    const id = Number(address.pathname.split("/").at(-1));
    const found = comments.find((one) => one.id === id);
    if (method === "PATCH" && found !== undefined) found.body = body;
    return answer(method === "POST" ? 201 : found === undefined ? 404 : 200, {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    api: `http://127.0.0.1:${port}/api`,
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

const by = (type: string, id: number, body: string): Kept => ({ id, body, user: { type } });
const where = (api: string) =>
  whereFrom({ GITHUB_API_URL: api, GITHUB_REPOSITORY: "shop/events", PULL_REQUEST: "7", GITHUB_TOKEN: "t" });

describe("posting", () => {
  test("writes one comment and then puts the next one in its place, beyond the first page too", async () => {
    const comments = Array.from({ length: 120 }, (_, id) => by("User", id, "words"));
    await using hub = await github(comments);
    expect(await post(`${marker} one`, where(hub.api))).toBe("created");
    expect(await post(`${marker} two`, where(hub.api))).toBe("updated");
    expect(comments.slice(120).map(({ body }) => body)).toEqual([`${marker} two`]);
    expect(new Set(hub.asked.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer t"]));
  });

  test("leaves alone what a person wrote, whatever it looks like", async () => {
    const comments = [by("User", 1, `${marker} mine`)];
    await using hub = await github(comments);
    expect(await post(`${marker} ours`, where(hub.api))).toBe("created");
    expect(comments[0]?.body).toBe(`${marker} mine`);
  });

  test.each([
    ["a repository", { GITHUB_REPOSITORY: "shop/events/../x" }],
    ["a number", { PULL_REQUEST: "7/../8" }],
    ["a token", { GITHUB_TOKEN: "" }],
  ])("goes nowhere without %s that is one", (_, wrong) => {
    const right = { GITHUB_REPOSITORY: "shop/events", PULL_REQUEST: "7", GITHUB_TOKEN: "t" };
    expect(() => whereFrom({ ...right, ...wrong })).toThrow(/GITHUB_REPOSITORY|PULL_REQUEST|GITHUB_TOKEN/);
  });
});
