import { temporaryFolder } from "./temp-folder.ts";

/** How long a page may take to tell what became of it. */
const PAGE_MS_MAX = 45_000;

/** Without a window, without what a container has none of, and without a word to its maker. */
const QUIETLY = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
];

/** The browser's command line for a profile of its own, from which no name leads anywhere. */
export function chromium(profile: string, ...more: readonly string[]): string[] {
  return ["chromium", ...QUIETLY, "--host-resolver-rules=MAP * ~NOTFOUND", `--user-data-dir=${profile}`, ...more];
}

/** Where the browser runs: it gets a folder, and the PATH. */
function within(folder: string) {
  return { cwd: folder, env: { HOME: folder, PATH: process.env["PATH"] ?? "" } };
}

/**
 * Opens a page in a real browser without a window, on an origin of its own, and answers what the page posts to `/done`.
 * The browser's own protection of local addresses is switched off: a server must not count on it.
 *
 * @param host The page's host, which the browser resolves to this machine.
 * @throws Error when the page tells nothing in time, with what the browser said.
 */
export async function openPage(html: string, host: string): Promise<unknown> {
  using profile = temporaryFolder();
  const told = Promise.withResolvers<unknown>();
  await using server = servePage(html, told.resolve);
  const child = Bun.spawn(
    [
      "chromium",
      ...QUIETLY,
      "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,OptimizationHints",
      `--host-resolver-rules=MAP ${host} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1`,
      `--user-data-dir=${profile.path}`,
      "--remote-debugging-port=0",
      `http://${host}:${server.port}/`,
    ],
    {
      ...within(profile.path),
      stdout: "ignore",
      stderr: "pipe",
    },
  );
  const said = child.stderr.text();
  const overdue = setTimeout(() => child.kill("SIGKILL"), PAGE_MS_MAX);
  const ended = child.exited.then(async () => {
    throw new Error(`The browser ended before its page was done:\n${await said}`);
  });
  try {
    return await Promise.race([told.promise, ended]);
  } finally {
    clearTimeout(overdue);
    ended.catch(() => undefined);
    child.kill("SIGTERM");
    await child.exited;
  }
}

/**
 * Opens a file in a real browser without a window, off any network: what became of its document, and every line that the
 * page had written to the browser's console.
 *
 * @throws Error when the browser fails or takes too long.
 */
export async function readPage(path: string): Promise<{ readonly dom: string; readonly console: readonly string[] }> {
  using profile = temporaryFolder();
  const child = Bun.spawn(
    chromium(profile.path, "--enable-logging=stderr", "--v=0", "--dump-dom", Bun.pathToFileURL(path).href),
    {
      ...within(profile.path),
      stdout: "pipe",
      stderr: "pipe",
      timeout: PAGE_MS_MAX,
      killSignal: "SIGKILL",
    },
  );
  const [dom, said, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (exit !== 0) throw new Error(`The browser ended with ${exit}:\n${said}`);
  return { dom, console: said.split("\n").filter((line) => line.includes(":CONSOLE")) };
}

function servePage(html: string, tell: (answer: unknown) => void) {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      if (!request.url.endsWith("/done")) return new Response(html, { headers: { "content-type": "text/html" } });
      tell(await request.json());
      return new Response();
    },
  });
  return { port: server.port, [Symbol.asyncDispose]: () => server.stop(true) };
}
