// Posts a file as the one comment of the tool on a pull request, or puts it in the place of the one that is there.
// Needs nothing but Node: `node scripts/pull-request/post.ts <file>` with GITHUB_TOKEN, GITHUB_REPOSITORY (owner/name),
// PULL_REQUEST (its number) and, where GitHub is elsewhere, GITHUB_API_URL.
import { readFileSync } from "node:fs";
import { marker } from "./report.ts";

interface Where {
  readonly api: string;
  readonly repository: string;
  readonly pullRequest: string;
  readonly token: string;
}

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly user?: { readonly type?: string };
}

const PAGE = 100;
const MOST_PAGES = 30;
const TIMEOUT_MS = 20_000;

/** From the environment. Throws for what is missing or is not what it should be: it becomes part of an address. */
export function whereFrom(env: Readonly<Record<string, string | undefined>>): Where {
  const { GITHUB_API_URL: api = "https://api.github.com", GITHUB_REPOSITORY: repository = "" } = env;
  const { PULL_REQUEST: pullRequest = "", GITHUB_TOKEN: token = "" } = env;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error("GITHUB_REPOSITORY is no owner/name.");
  if (!/^\d+$/.test(pullRequest)) throw new Error("PULL_REQUEST is no number.");
  if (token === "") throw new Error("There is no GITHUB_TOKEN.");
  return { api, repository, pullRequest, token };
}

/** Answers whether the comment is new. Throws, with GitHub's status, where it refuses. */
export async function post(body: string, where: Where): Promise<"created" | "updated"> {
  const comments = `/repos/${where.repository}/issues/${where.pullRequest}/comments`;
  const found = await mine(where, comments);
  if (found === undefined) await ask(where, "POST", comments, { body });
  else await ask(where, "PATCH", `/repos/${where.repository}/issues/comments/${found}`, { body });
  return found === undefined ? "created" : "updated";
}

/** People can write the marker too; only what a bot wrote is overwritten. */
async function mine(where: Where, comments: string): Promise<number | undefined> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const listed = (await ask(where, "GET", `${comments}?per_page=${PAGE}&page=${page}`)) as readonly Comment[];
    const found = listed.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(marker));
    if (found !== undefined) return found.id;
    if (listed.length < PAGE) return undefined;
  }
  return undefined;
}

async function ask({ api, token }: Where, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(new URL(api.replace(/\/$/, "") + path), {
    method,
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "user-agent": "eventpact",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`GitHub refuses ${method} ${path} with ${response.status}.`);
  return response.json();
}

if (process.argv[1] === import.meta.filename) {
  const [file = ""] = process.argv.slice(2);
  const done = await post(readFileSync(file, "utf8"), whereFrom(process.env));
  console.log(`The comment was ${done}.`);
}
