/** What a group of commands is handed to add itself to `cosell`. */
import type { Command } from 'commander';

import type { Reached } from './reach-service.ts';

export interface CommandLine {
  /** The command the group hangs on. */
  readonly parent: Command;
  readonly exits: { readonly done: number; readonly failed: number; readonly usage: number; readonly attention: number };
  /**
   * Runs something against the service and prints what it gives: with `print`, with the plain printer when it is null, as JSON with
   * `--json`. `status` turns the result into the exit status.
   */
  run(
    print: ((result: unknown) => string) | null,
    act: (reached: Reached) => Promise<unknown>,
    status?: (result: unknown) => number,
  ): Promise<void>;
  /** A path as the person who typed it means it. */
  path(file: string): string;
}
