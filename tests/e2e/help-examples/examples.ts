/** What each example of the help texts needs, and what it must come to. */

/** One example, as help shows it. */
export type Example = {
  readonly line: string;
  /** Shell lines that must succeed first, in the same shell. */
  readonly before?: string;
  /** Shell lines that show what the example did, in the same shell. */
  readonly shows?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What a person at a terminal waits for, and the keys typed then. */
  readonly answers?: readonly (readonly [prompt: string, keys: string])[];
  /** Ends a program that stays, once it has printed this. */
  readonly until?: RegExp;
  /** 0 unless said otherwise. */
  readonly exit?: number;
  /** Of the example, then of what shows its effect. */
  readonly stdout: RegExp;
  /** Nothing unless said otherwise. */
  readonly stderr?: RegExp;
};

const RECEIVER = "masque audience start";
const AGENT = { CLAUDE_CODE_SESSION_ID: "bcd06328-9d01-4e42-bf7a-4c6a8ede615a" };
const IDENTITY = /^<masque-identity name="Codesmith"/;
const LISTENS = /^The audience is listening[\s\S]*OTLP\/HTTP {2}http:\/\/127\.0\.0\.1:\d+/;
/** What a receiver in the foreground says of itself. */
const STOPPED = /Z listening on [\s\S]*Z stopped\n$/;
/** A machine without a session manager: the unit is written, and the receiver started all the same. */
const NO_MANAGER = /systemctl/;

/** By command as it is typed; the program itself is "". */
export const EXAMPLES: ReadonlyMap<string, readonly Example[]> = new Map<string, readonly Example[]>([
  [
    "",
    [
      { line: "masque list", stdout: /Codesmith/ },
      { line: "masque don codesmith fix the parser", stdout: /^<masque-identity[\s\S]*fix the parser/ },
      { line: "masque doff", before: "masque don codesmith", stdout: /The masque "Codesmith" is off/ },
      {
        line: "masque setup claude",
        answers: [["Apply these changes?", "y\n"]],
        stdout: /create [\s\S]*settings\.json[\s\S]*Done\./,
      },
    ],
  ],
  [
    "don",
    [
      { line: "masque don", answers: [["Which masque?", "\u001b[B\r"]], stdout: /You now wear Assayer/ },
      { line: "masque don codesmith", shows: "masque id", stdout: /^<masque-identity[\s\S]*\nCodesmith 0\.3\.0/ },
      { line: "masque don codesmith fix the --help flag", stdout: /^<masque-identity[\s\S]*fix the --help flag/ },
      { line: "masque don --block codesmith", answers: [], stdout: /^<masque-identity/ },
      { line: "masque don --json codesmith fix it", stdout: /^\{[\s\S]*"intent": "fix it"/ },
      { line: "echo codesmith fix it | masque don -", stdout: /^<masque-identity[\s\S]*fix it/ },
    ],
  ],
  [
    "doff",
    [
      { line: "masque doff", before: "masque don codesmith", stdout: /The masque "Codesmith" is off/ },
      { line: "masque doff --no-score", before: "masque don codesmith", stdout: /The masque "Codesmith" is off/ },
      { line: "masque doff --json", before: "masque don codesmith", stdout: /^\{[\s\S]*"masque": "Codesmith"/ },
    ],
  ],
  [
    "id",
    [
      { line: "masque id", before: "masque don codesmith", stdout: /^Codesmith 0\.3\.0/ },
      { line: "masque id --json", before: "masque don codesmith", stdout: /"masque": "Codesmith"/ },
    ],
  ],
  [
    "list",
    [
      { line: "masque list", stdout: /Codesmith[\s\S]*Assayer|Assayer[\s\S]*Codesmith/ },
      { line: "masque list --category art", stdout: /^(?![\s\S]*Codesmith)[\s\S]*\w/ },
      { line: "masque list --json", stdout: /^\[\s*\{[\s\S]*"name": "Codesmith"/ },
    ],
  ],
  [
    "inspect",
    [
      { line: "masque inspect codesmith", stdout: /^Codesmith/ },
      { line: "masque inspect", before: "masque don codesmith", stdout: /^Codesmith/ },
      {
        line: "masque inspect codesmith --raw > ~/.masques/codesmith.masque.yaml",
        before: "mkdir ~/.masques",
        shows: "masque validate; masque don codesmith",
        stdout: /^1 masque checked: fine\n<masque-identity name="Codesmith"/,
      },
    ],
  ],
  [
    "performance",
    [
      { line: "masque performance", stdout: /Codesmith 0\.2\.0: \d/ },
      {
        line: "masque performance --html",
        shows: "head -c 15 masque-performance.html",
        stdout: /\.html\n<!doctype html>/i,
      },
      {
        line: "masque performance --html=week.html",
        shows: "head -c 15 week.html",
        stdout: /week\.html\n<!doctype html>/i,
      },
      { line: "masque performance --session bcd06328-9d01-4e42-bf7a-4c6a8ede615a", stdout: /\d\.\d of 10/ },
      {
        line: "masque performance --logs otel/*.jsonl --html - >page.html",
        shows: "head -c 15 page.html",
        stdout: /^<!doctype html>/i,
      },
    ],
  ],
  [
    "version",
    [
      { line: "masque version", stdout: /^masque \d+\.\d+\.\d+ \(/ },
      { line: "masque version --json", stdout: /"duckdb": "sha256:[0-9a-f]{64}"/ },
    ],
  ],
  [
    "sessions",
    [
      { line: "masque sessions", stdout: /^SESSION[\s\S]*\nm-1 .* Codesmith .* \$0\.\d\d / },
      { line: "masque sessions --masque codesmith --since 7d", stdout: /\nm-1 .* Codesmith / },
      { line: "masque sessions --project . --limit 5", stdout: /\nm-1 .* Codesmith / },
      { line: "masque sessions --json", stdout: /"masque_session": "m-1"/ },
    ],
  ],
  [
    "judge",
    [
      { line: "masque judge", stdout: /^session: bcd06328[\s\S]*masque: Codesmith[\s\S]*composite: \d/ },
      {
        line: "masque judge --session bcd06328-9d01-4e42-bf7a-4c6a8ede615a --json",
        stdout: /"composite": \d+\.\d{3,}/,
      },
      { line: "masque judge --since 7d --masque codesmith --format ndjson", stdout: /^\{.*"composite":\d.*\}\n$/ },
      { line: "masque judge --min-composite 6 --max-cost 0.5", stdout: /composite: \d/ },
      {
        line: "masque judge --transcript answer.txt --min-checks all",
        before: "echo Done >answer.txt",
        exit: 4,
        stdout: /\ncriteria:/,
        stderr: /checks that passed is absent/,
      },
      { line: "masque judge --all --logs otel/*.jsonl --format junit", stdout: /<testsuite[\s\S]*bcd06328/ },
      { line: "zstdcat old.jsonl.zst | masque judge --all --logs -", stdout: /composite: \d/ },
    ],
  ],
  [
    "test",
    [
      { line: "masque test bloodhound --dry-run", stdout: /= 27 requests\nAbout [\d,]+ input tokens.*\n$/ },
      { line: "masque test bloodhound --dry-run --price-in 3 --price-out 15", stdout: /at most about \$0\.\d\d\.\n$/ },
      {
        line: "masque test bloodhound --provider anthropic:messages:claude-sonnet-4-5 --yes",
        exit: 1,
        stdout: /^$/,
        stderr:
          /= 27 requests of anthropic[\s\S]*there is no program "promptfoo"\n {2}hint: install promptfoo from npm/,
      },
      {
        line: "masque test mine --cases cases.yaml --dry-run",
        before:
          "mkdir -p ~/.masques; masque inspect bloodhound --raw | sed 's/^name: .*/name: Mine/' >~/.masques/mine.masque.yaml; printf 'cases:\\n  - {name: one, prompt: Why?}\\n' >cases.yaml",
        stdout: /^Mine \d.*: 1 case × 3 arms/,
      },
    ],
  ],
  [
    "export",
    [
      {
        line: "masque export bloodhound --evals claude",
        shows: "ls bloodhound-evals/evals",
        stdout: /bloodhound-evals\nmasque\nnone\nplacebo\n$/,
        stderr: /claude plugin eval \.\n$/,
      },
      { line: "masque export bloodhound --evals claude --out trial --json", stdout: /^\{\n {2}"folder": ".*trial",\n/ },
    ],
  ],
  [
    "placebo",
    [
      { line: "masque placebo codesmith", stdout: /^<masque-identity name="Placebo"/ },
      { line: "masque placebo codesmith --json", stdout: /^\{\n {2}"of": \{\n {4}"name": "Codesmith"/ },
    ],
  ],
  [
    "validate",
    [
      { line: "masque validate", before: "masque new Mine", stdout: /^1 masque checked/ },
      { line: "masque validate masques/ draft.masque.yaml", stdout: /^2 masques checked/ },
      { line: "masque validate --strict masques", exit: 2, stdout: /error: .* \[lens\/too-short\]/ },
      {
        line: "masque validate --format github masques",
        before: "echo 'name: [' >masques/x.masque.yaml",
        exit: 2,
        stdout: /^::error /,
      },
    ],
  ],
  [
    "lint",
    [
      { line: "masque lint", before: "masque new Mine", stdout: /^1 masque checked: fine/ },
      { line: "masque lint masques/ draft.masque.yaml", exit: 2, stdout: /\n2 masques checked: \d+ errors, / },
      { line: "masque lint --explain text/vague", stdout: /^text\/vague error\n[\s\S]*\nFails\n[\s\S]*\nPasses\n/ },
      { line: "masque lint --rules", stdout: /^RULE +SEVERITY +WHAT BREAKS IT\nlens\/no-boundaries +error/ },
    ],
  ],
  [
    "new",
    [
      {
        line: "masque new",
        answers: [
          ["What is the masque called?", "Cartographer\r"],
          ["Which kind of masque?", "\r"],
          ["Which field is it for?", "maps\r"],
          ["in one line?", "\r"],
          ["look at first?", "the legend; the scale\r"],
          ["refuse?", "\r"],
          ["report?", "\r"],
          ["When does it stop?", "\r"],
          ["went well?", "\r"],
        ],
        shows: "cat ~/.masques/cartographer.masque.yaml",
        stdout: /domain: "maps"[\s\S]*\n {2}1\. the legend\s+2\. the scale\s+Refuse:/,
      },
      {
        line: "masque new Cartographer --yes",
        shows: "masque inspect cartographer",
        stdout: /cartographer\.masque\.yaml\nCartographer/,
        stderr: /masque validate/,
      },
      {
        line: "masque new Cartographer --category cognitive --stdout",
        stdout: /^name: "Cartographer"[\s\S]*category: cognitive/m,
      },
      {
        line: "masque new Ferrier --domain migrations --refuse 'a table lock; a step without a way back'",
        shows: "masque inspect ferrier",
        stdout: /Refuse:\n +- a table lock\n +- a step without a way back\n/,
        stderr: /masque validate/,
      },
    ],
  ],
  [
    "fork",
    [
      {
        line: "masque fork codesmith Stonecutter",
        shows: "masque diff codesmith stonecutter",
        stdout: /stonecutter\.masque\.yaml\n---[\s\S]*\nname\n- Codesmith\n\+ Stonecutter\n/,
        stderr: /^Copied from Codesmith/,
      },
      {
        line: "masque fork codesmith",
        shows: "masque list",
        stdout: /\nCodesmith .* private, hides shared/,
        stderr: /The copy hides the shared masque/,
      },
    ],
  ],
  [
    "edit",
    [
      {
        line: "masque edit cartographer",
        before: "masque new Cartographer; export EDITOR='sed -i s/0.1.0/0.2.0/'",
        shows: "masque list",
        stdout: /cartographer\.masque\.yaml\n[\s\S]*\nCartographer +0\.2\.0 /,
        stderr: /^Saved\./,
      },
      {
        line: "EDITOR='code --wait' masque edit codesmith",
        before: `mkdir bin; printf '#!/bin/sh\\ntest "$1" = --wait && echo "# seen" >>"$2"' >bin/code; chmod +x bin/code; PATH=$PWD/bin:$PATH`,
        shows: "tail -1 ~/.masques/codesmith.masque.yaml",
        stdout: /codesmith\.masque\.yaml\n# seen\n$/,
        stderr: /^Copied from Codesmith[\s\S]*\nSaved\./,
      },
    ],
  ],
  [
    "diff",
    [
      { line: "masque diff codesmith assayer", stdout: /^--- Codesmith .*\n\+\+\+ Assayer / },
      {
        line: "masque diff codesmith draft.masque.yaml",
        stdout: /\n\+\+\+ Draft 1\.0\.0 \(file, .*draft\.masque\.yaml\)/,
      },
      {
        line: "masque diff codesmith",
        before: "masque don codesmith; masque fork codesmith",
        stdout: /^--- Codesmith \S+ \(worn\)\n\+\+\+ .* \(private, .*\n\nattributes\.forkedFrom\n\+ Codesmith/,
      },
    ],
  ],
  [
    "schema",
    [
      { line: "masque schema > masque.schema.json", shows: "cat masque.schema.json", stdout: /^\{[\s\S]*"\$schema"/ },
      {
        line: "masque schema --write",
        shows: "cat ~/.local/share/masque/masque.schema.json",
        stdout: /^\/.*\/masque\.schema\.json\n\{[\s\S]*"\$schema"/,
      },
    ],
  ],
  [
    "sync-manifest",
    [
      { line: "masque sync-manifest", before: "masque new Mine", stdout: /private: 1 masque/ },
      { line: "masque sync-manifest shared", stdout: /^shared: \d+ masques/ },
    ],
  ],
  ["tui", [{ line: "masque tui", answers: [["Codesmith", "q"]], stdout: /Codesmith/ }]],
  ["audience", []],
  [
    "audience start",
    [
      {
        line: "masque audience start",
        shows: "masque audience start",
        stdout: /^The audience is listening[\s\S]*\nThe audience is already running/,
      },
      { line: "masque audience start --http-port 0 --grpc-port 0 --health-port 0", stdout: LISTENS },
      {
        line: "masque audience start --at-login",
        shows: "masque audience stop --at-login",
        stdout: /masque-audience\.service[\s\S]*The audience has stopped/,
        stderr: NO_MANAGER,
      },
    ],
  ],
  [
    "audience stop",
    [
      {
        line: "masque audience stop",
        before: RECEIVER,
        shows: "masque audience stop",
        stdout: /^The audience has stopped \(process \d+\)\nThe audience was not running\n$/,
      },
      {
        line: "masque audience stop --at-login",
        before: "masque audience start --at-login",
        shows: "ls ~/.config/systemd",
        exit: 2,
        stdout: /^The audience has stopped/,
        stderr: /systemd/,
      },
    ],
  ],
  [
    "audience status",
    [
      { line: "masque audience status", before: RECEIVER, stdout: /127\.0\.0\.1:\d+/ },
      { line: "masque audience status --json", before: RECEIVER, stdout: /^\{[\s\S]*"pid": \d+/ },
    ],
  ],
  [
    "audience config",
    [
      {
        line: 'eval "$(masque audience config)"',
        shows: 'echo "$OTEL_EXPORTER_OTLP_ENDPOINT"',
        stdout: /^http:\/\/127\.0\.0\.1:\d+\n$/,
      },
      {
        line: "masque audience config --write",
        shows: "cat ~/.claude/settings.json",
        stdout: /^Written to [\s\S]*"OTEL_EXPORTER_OTLP_ENDPOINT"/,
      },
      {
        line: "masque audience config --undo",
        before: "masque audience config --write",
        shows: "cat ~/.claude/settings.json 2>/dev/null || echo gone",
        stdout: /\n(?:\{\}|gone)\n$/,
      },
      { line: "masque audience config --protocol grpc", stdout: /OTEL_EXPORTER_OTLP_PROTOCOL='grpc'/ },
    ],
  ],
  [
    "audience logs",
    [
      {
        line: "masque audience logs --lines 10",
        before: `${RECEIVER}; masque audience stop`,
        stdout: /Z listening on http/,
      },
      {
        line: "masque audience logs --follow",
        before: RECEIVER,
        until: /listening on http/,
        stdout: /Z listening on http/,
      },
    ],
  ],
  [
    "audience run",
    [
      {
        line: "masque audience run",
        until: /health /,
        stdout: /OTLP\/HTTP {2}http:\/\/127\.0\.0\.1:\d+/,
        stderr: STOPPED,
      },
      {
        line: "masque audience run --http-port 0 --json",
        until: /\n/,
        stdout: /^\{.*"ports":.*\}\n$/,
        stderr: STOPPED,
      },
    ],
  ],
  [
    "doctor",
    [
      { line: "masque doctor", stdout: /DuckDB library .*unchanged since the build[\s\S]* fine/ },
      { line: "masque doctor --json", stdout: /"healthy": true/ },
    ],
  ],
  [
    "config",
    [
      { line: "masque config", stdout: /audience\.httpPort +\d+ +your file, line 2\n/ },
      { line: "masque config audience.httpPort", stdout: /takes +a whole number from 0 to 65535\n/ },
      { line: "masque config --json", stdout: /"setting": "audience\.host"/ },
      { line: "masque audience config --help", stdout: /send its telemetry/ },
    ],
  ],
  [
    "demo",
    [
      { line: "masque demo", stdout: /composite: 7\.\d/ },
      { line: "masque demo --json", stdout: /"composite": 7\.\d/ },
    ],
  ],
  ["hook", []],
  [
    "hook session-start",
    [
      {
        line: `echo '{"session_id":"bcd06328-9d01-4e42-bf7a-4c6a8ede615a","source":"compact"}' | masque hook session-start`,
        env: AGENT,
        before: "masque don codesmith",
        stdout: /"additionalContext":"<masque-identity/,
      },
    ],
  ],
  [
    "hook prompt",
    [
      {
        line: `echo '{"session_id":"bcd06328-9d01-4e42-bf7a-4c6a8ede615a","prompt":"…"}' | masque hook prompt`,
        env: AGENT,
        before: [
          "masque don codesmith",
          `echo '{"session_id":"bcd06328-9d01-4e42-bf7a-4c6a8ede615a","reason":"other"}' | masque hook session-end`,
          `echo '{"session_id":"bcd06328-9d01-4e42-bf7a-4c6a8ede615a","source":"resume"}' | masque hook session-start`,
        ].join("; "),
        shows: "masque id --json",
        stdout: /"is_open": true/,
      },
    ],
  ],
  [
    "hook session-end",
    [
      {
        line: `echo '{"session_id":"bcd06328-9d01-4e42-bf7a-4c6a8ede615a","reason":"other"}' | masque hook session-end`,
        env: AGENT,
        before: "masque don codesmith",
        shows: "masque id --json",
        stdout: /"is_open": false/,
      },
    ],
  ],
  [
    "hook expand",
    [
      {
        line: `echo '{"session_id":"bcd06328-9d01-4e42-bf7a-4c6a8ede615a","command_name":"don","command_args":"codesmith"}' | masque hook expand`,
        env: AGENT,
        shows: "masque slash don",
        stdout: IDENTITY,
      },
    ],
  ],
  [
    "slash",
    [
      {
        line: "masque slash id",
        env: AGENT,
        before: `masque don codesmith; echo '{"session_id":"bcd06328-9d01-4e42-bf7a-4c6a8ede615a","command_name":"id","command_args":""}' | masque hook expand`,
        stdout: /^Codesmith 0\.3\.0/,
      },
    ],
  ],
  [
    "statusline",
    [
      { line: "masque statusline", env: AGENT, before: "masque don codesmith", stdout: /Codesmith/ },
      {
        line: "masque statusline --after='~/.claude/mine.sh'",
        env: AGENT,
        before: "masque don codesmith",
        stdout: /^my own line\n.*Codesmith/,
      },
    ],
  ],
  ["setup", []],
  [
    "setup claude",
    [
      {
        line: "masque setup claude",
        answers: [["Apply these changes?", "n\n"]],
        shows: "ls ~/.claude",
        stdout: /hooks\.SessionStart[\s\S]*Nothing was changed[\s\S]*mine\.sh/,
      },
      {
        line: "masque setup claude --dry-run",
        shows: "ls ~/.claude",
        stdout: /hooks\.SessionStart[\s\S]*\nmine\.sh\n$/,
        stderr: /next: masque setup claude\n/,
      },
      {
        line: "masque setup claude --project --yes",
        shows: "cat .claude/settings.local.json .claude/settings.json",
        exit: 1,
        stdout: /masque hook session-start/,
        stderr: /Claude Code/,
      },
      {
        line: "masque setup claude --undo",
        before: "masque setup claude --yes",
        answers: [["Apply these changes?", "y\n"]],
        shows: "ls ~/.claude",
        stdout: /Removed\.\s+mine\.sh\s+$/,
      },
    ],
  ],
]);
