/** What the engine is handed of the world itself: clock, chance, ids, and who is at work. */

/** Clock, timers, chance and ids. The only source of each; simulation and demo pass their own. */
export interface System {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Resolves after `ms`, or at once with `false` when the signal aborts; `true` when the time has passed. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
  /** A number in [0, 1). */
  random(): number;
  /** A new UUID. */
  id(): string;
}

/** The passes at work in this process, seen from calls that several of them can share. */
export interface AtWork {
  /** Runs a pass; what it asks for is known as its own. `urgent`: a person waits for it. */
  pass<T>(urgent: boolean, run: () => Promise<T>): Promise<T>;
  /** Passes at work. */
  count(): number;
  /** True when the caller's pass should not wait for others: a person waits for it, or the call belongs to no pass. */
  urgent(): boolean;
  /**
   * The caller's pass waits for others to join it. `nobodyElse` is called once every pass waits, so that none is left who could.
   * The result ends the waiting.
   */
  wait(nobodyElse: () => void): () => void;
  /** Runs a shared call, which belongs to no pass. */
  apart<T>(run: () => T): T;
}
