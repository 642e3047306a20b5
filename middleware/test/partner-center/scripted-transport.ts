/** A transport whose answers a test writes down, and that remembers what was asked. */
import type { SyncError } from '../../src/errors.ts';
import type { Transport, WireRequest, WireResponse } from '../../src/transport.ts';

export type Answer = WireResponse | SyncError;

export const wire = (status: number, body: unknown = '', headers: { readonly [name: string]: string } = {}): WireResponse => ({
  status,
  headers: { 'request-id': 'remote-1', ...headers },
  body: body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

export interface Scripted {
  readonly transport: Transport;
  readonly requests: WireRequest[];
}

/** @param answer per request, or a list of answers in order; running out of them is a failed test. */
export function scripted(answer: readonly Answer[] | ((request: WireRequest, count: number) => Answer)): Scripted {
  const requests: WireRequest[] = [];
  return {
    requests,
    transport: async (request) => {
      requests.push(request);
      const count = requests.length - 1;
      const given = typeof answer === 'function' ? answer(request, count) : answer[count];
      if (given === undefined) throw new Error(`no answer was written down for ${request.method} ${request.url}`);
      if (given instanceof Error) throw given;
      return given;
    },
  };
}
