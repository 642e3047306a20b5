/**
 * What can go wrong on the way to a service: a layer in front of any `Service`. Every request gets a number, so that a
 * recorded run can be stopped "before request n" or "after request n" (crash points). Chance comes from the surroundings,
 * waiting from the caller: in virtual time nothing here needs a timer.
 */
import { json, type Service, type SimRequest, type SimResponse, type Surroundings } from './wire.ts';

export type Fault =
  /** Lost on the way: no effect, no answer. */
  | { readonly kind: 'drop' }
  /** The service did it, the answer is lost. */
  | { readonly kind: 'cut' }
  /** Arrives late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Done at once, answered late. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Arrives more than once; the first answer counts. */
  | { readonly kind: 'repeat'; readonly times?: number }
  /** Overtaken by the next request, or let go after `ms` (default 1000). */
  | { readonly kind: 'reorder'; readonly ms?: number }
  /** Refused in front of the service; with `committed` the service did it all the same. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly html?: boolean;
      readonly committed?: boolean;
    }
  /** A whole answer whose body stops in the middle. */
  | { readonly kind: 'truncate' };

export interface Matcher {
  /** Name given to `around`. */
  readonly service?: string;
  readonly method?: string;
  /** Tested against path and query. */
  readonly path?: RegExp;
}

export interface FaultRule extends Matcher {
  readonly fault: Fault;
  /** 0 to 1; default 1. */
  readonly probability?: number;
  /** How often it strikes; default always. */
  readonly count?: number;
}

export interface RecordedRequest {
  /** From 1, over all services of the layer. */
  readonly number: number;
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: SimRequest['headers'];
  readonly body: Uint8Array;
  readonly at: number;
  readonly fault: Fault['kind'] | 'network cut' | null;
  /** null = no answer (yet). */
  readonly status: number | null;
}

/** Stops the run at one request: `act` is called, and what it returns is awaited (a promise that never resolves is a hard kill). */
export interface CrashPoint {
  readonly when: 'before' | 'after';
  readonly request: number;
  act(): void | Promise<void>;
}

export interface Faults {
  around(service: Service, name: string): Service;
  /** Adds a rule; the result removes it. The first rule that fits and strikes wins. */
  add(rule: FaultRule): () => void;
  /** One-shot: strikes the next request that fits, before any rule. */
  next(fault: Fault, match?: Matcher): void;
  clear(): void;
  /** One-shot faults that have not struck: a test that leaves some has proved nothing. */
  unused(): readonly Fault[];
  /** Nothing gets through until it is set back. */
  networkCut: boolean;
  crashAt(point: CrashPoint | null): void;
  readonly requests: readonly RecordedRequest[];
  forgetRequests(): void;
}

/** What a client sees when the connection breaks. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

type Recorded = { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] };

export interface FaultsOptions {
  readonly surroundings: Surroundings;
  readonly wait: (ms: number) => Promise<void>;
}

export function createFaults({ surroundings, wait }: FaultsOptions): Faults {
  const rules: { rule: FaultRule; left: number }[] = [];
  const queue: { fault: Fault; match: Matcher }[] = [];
  const requests: Recorded[] = [];
  let overtaken: (() => void)[] = [];
  let crash: CrashPoint | null = null;
  let count = 0;
  let networkCut = false;

  function faultFor(name: string, request: SimRequest): Fault | null {
    const shot = queue.findIndex(({ match }) => fits(match, name, request));
    if (shot >= 0) return queue.splice(shot, 1)[0]?.fault ?? null;
    for (const entry of rules) {
      const { rule } = entry;
      if (entry.left <= 0 || !fits(rule, name, request)) continue;
      if (rule.probability !== undefined && surroundings.random() >= rule.probability) continue;
      entry.left -= 1;
      return rule.fault;
    }
    return null;
  }

  async function crashIf(when: CrashPoint['when'], number: number): Promise<void> {
    if (crash?.when !== when || crash.request !== number) return;
    const { act } = crash;
    crash = null;
    await act();
    throw new ConnectionLost(`The run ended ${when} request ${number}.`);
  }

  async function pass(service: Service, name: string, request: SimRequest): Promise<SimResponse> {
    count += 1;
    const number = count;
    const fault = networkCut ? null : faultFor(name, request);
    const { method, url, headers, body } = request;
    const record: Recorded = {
      number,
      service: name,
      method,
      url,
      headers,
      body,
      at: surroundings.now(),
      fault: networkCut ? 'network cut' : (fault?.kind ?? null),
      status: null,
    };
    requests.push(record);
    await crashIf('before', number);
    if (networkCut) throw new ConnectionLost('The network is cut.');
    const response = fault ? await struck(fault, service, request) : await service(request);
    if (fault?.kind !== 'reorder') release();
    record.status = response.status;
    await crashIf('after', number);
    return response;
  }

  function release(): void {
    const waiting = overtaken;
    overtaken = [];
    for (const go of waiting) go();
  }

  async function struck(fault: Fault, service: Service, request: SimRequest): Promise<SimResponse> {
    switch (fault.kind) {
      case 'drop':
        throw new ConnectionLost('The request was lost.');
      case 'cut':
        await service(request);
        throw new ConnectionLost('The answer was lost.');
      case 'delay':
        await wait(fault.ms);
        return service(request);
      case 'slow': {
        const response = await service(request);
        await wait(fault.ms);
        return response;
      }
      case 'repeat': {
        const response = await service(request);
        for (let time = 1; time < (fault.times ?? 2); time += 1) await service(request);
        return response;
      }
      case 'reorder':
        await Promise.race([new Promise<void>((resolve) => overtaken.push(resolve)), wait(fault.ms ?? 1000)]);
        return service(request);
      case 'answer':
        if (fault.committed) await service(request);
        return answerOf(fault, request);
      case 'truncate':
        return truncated(await service(request));
    }
  }

  return {
    around: (service, name) => (request) => pass(service, name, request),
    add(rule) {
      const entry = { rule, left: rule.count ?? Number.POSITIVE_INFINITY };
      rules.push(entry);
      return () => {
        const index = rules.indexOf(entry);
        if (index >= 0) rules.splice(index, 1);
      };
    },
    next: (fault, match = {}) => void queue.push({ fault, match }),
    clear() {
      rules.length = 0;
      queue.length = 0;
      networkCut = false;
      crash = null;
      release();
    },
    unused: () => queue.map(({ fault }) => fault),
    get networkCut() {
      return networkCut;
    },
    set networkCut(cut) {
      networkCut = cut;
    },
    crashAt(point) {
      crash = point;
    },
    requests,
    forgetRequests() {
      requests.length = 0;
      count = 0;
    },
  };
}

function fits({ service, method, path }: Matcher, name: string, request: SimRequest): boolean {
  return (
    (service === undefined || service === name) &&
    (method === undefined || method === request.method) &&
    (path === undefined || path.test(request.url))
  );
}

const words: { readonly [status: number]: readonly [code: string, message: string] } = {
  401: ['unauthenticated', 'The token is not valid.'],
  403: ['accessDenied', 'The caller may not do this.'],
  409: ['generalException', 'The request conflicts with the current state.'],
  412: ['preconditionFailed', 'The resource has changed.'],
  423: ['generalException', 'The resource is locked.'],
  429: ['serviceNotAvailable', 'Rate limit is exceeded.'],
  500: ['generalException', 'Something went wrong.'],
  503: ['serviceNotAvailable', 'The service is busy.'],
  504: ['serviceNotAvailable', 'The gateway timed out.'],
};

function answerOf({ status, retryAfterSeconds, html }: Extract<Fault, { kind: 'answer' }>, request: SimRequest): SimResponse {
  const [code, message] = words[status] ?? ['generalException', `HTTP ${status}`];
  const headers = {
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {}),
  };
  if (html) {
    const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${message}</h1></body></html>`;
    return { status, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' }, body };
  }
  const target = request.url.split('?')[0] ?? '';
  return json(status, { error: { code, message, target } }, headers);
}

/** Half of the body, with headers that fit the half: only reading it shows the damage. */
function truncated(response: SimResponse): SimResponse {
  const body = Buffer.from(response.body);
  return { ...response, body: body.subarray(0, Math.floor(body.length / 2)) };
}
