/** What is to run at login, as any manager of services needs to know it. */
export type LoginJob = {
  /** The command line that starts masque, by a name that outlives an upgrade. */
  readonly program: readonly string[];
  /** What follows it. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The receiver's log, for what a manager would otherwise throw away. */
  readonly log: string;
};

/** The facts of a machine that decide where a manager looks. */
export type LoginPlace = {
  readonly platform: string;
  readonly home: string;
  /** `${XDG_CONFIG_HOME:-~/.config}` */
  readonly configHome: string;
  readonly uid: number;
};

/** One command that makes a manager follow its file. */
export type Step = {
  readonly command: readonly string[];
  /** Left out when this succeeds. */
  readonly unless?: readonly string[];
  /** Whether nobody needs to hear when it fails, for then there was nothing to do. */
  readonly isBestEffort?: boolean;
};

/** systemd or launchd: where its file is, what the file says, and the commands around it, as data. */
export type LoginManager = {
  readonly name: "systemd" | "launchd";
  readonly file: string;
  /**
   * The text of the file for a job.
   *
   * @throws {MasqueError} `audience.login-unsupported` for what it cannot say.
   */
  text(job: LoginJob, marker: string): string;
  /** Once the file is written: it counts now and at each login. */
  enabling(isChanged: boolean): readonly Step[];
  /** While the file still stands. */
  disabling(): readonly Step[];
  /** Once it is gone. */
  forgetting(): readonly Step[];
  /** A link that enabling made, removed with the file when it is still there. */
  readonly link: string | null;
};
