/** The admin API: `POST /admin/<command>` with a JSON body, one answer. The command line is its only client. */
import { json, Router, type ErrorRequestHandler } from 'express';

import { toSyncError, type ErrorCode } from '../errors.ts';
import { errorAnswer } from './answers.ts';

/** Named commands, supplied by `app`. Each checks its own input and throws `SyncError`s. */
export type AdminCommands = { readonly [name: string]: (input: unknown) => Promise<unknown> };

const badInput: ErrorRequestHandler = (_error: unknown, _request, response, next) => {
  if (response.headersSent) next(_error);
  else response.status(400).json({ error: { code: 'ADMIN_INPUT', text: 'The input is not JSON, or too large.' } });
};

/** @param ran told of each command and how it ended, without its input and its result. */
export function adminRoute(commands: AdminCommands, ran?: (command: string, code: ErrorCode | null) => void): Router {
  const route = Router();
  route.get('/admin', (_request, response) => {
    response.json({ commands: Object.keys(commands).sort() });
  });
  route.use('/admin', json({ limit: '1mb', inflate: false, strict: false }), badInput);
  route.post('/admin/:command', async (request, response) => {
    const { command } = request.params;
    // Own names only: `constructor` is not a command.
    const run = command !== undefined && Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (run === undefined) {
      response.status(404).json({ error: { code: 'ADMIN_COMMAND', text: 'This service does not know the command.' } });
      return;
    }
    try {
      const result = await run((request.body as unknown) ?? null);
      ran?.(command ?? '', null);
      response.json({ result: result ?? null });
    } catch (thrown) {
      const error = toSyncError(thrown);
      ran?.(command ?? '', error.code);
      response.status(422).json(errorAnswer(error));
    }
  });
  return route;
}
