/**
 * Every outgoing request and every commit of the store, named and counted, in a process that can be told to kill itself hard before or
 * after one of them. It lives here and wraps what the service is given; the service itself knows of no such thing.
 */
import type { OpenStore } from '../../src/store/open.ts';
import type { Transport, WireRequest } from '../../src/transport.ts';

/** One moment of a run: the `occurrence`-th time (from 1) that something of this name, or of this kind of name, happens. */
export interface KillPoint {
  readonly name: string;
  /** The name is a regular expression. */
  readonly isPattern?: true;
  readonly occurrence: number;
  readonly when: 'before' | 'after';
}

export const sayPoint = ({ name, occurrence, when }: KillPoint): string =>
  `${when} ${name}${occurrence === 1 ? '' : `, time ${occurrence}`}`;

export interface KillPoints {
  transport(service: string, transport: Transport): Transport;
  store(store: OpenStore): OpenStore;
  /** Counting begins anew; null only records. */
  arm(point: KillPoint | null): void;
  /** What has happened since, in order. */
  readonly names: readonly string[];
}

/** Store calls that change something a deal, a position or a sign-in depends on. Leases are renewed and old rows tidied by timers. */
const commits: ReadonlySet<string> = new Set([
  'accept',
  'savePosition',
  'claim',
  'finish',
  'checkpoint',
  'release',
  'mark',
  'finishService',
  'decide',
  'mergeLinks',
  'unpark',
  'tryLock',
  'unlock',
  'saveSecret',
  'deleteSecret',
  'saveSetting',
]);

/** Ids differ from run to run; a name says what kind of thing is addressed. */
const withoutIds = (path: string): string =>
  path
    .replace(/^\/services\/data\/v[\d.]+/, '')
    .replace(/\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '/{id}')
    .replace(/\/[a-zA-Z0-9]{18}(?=\/|$)/g, '/{id}');

/** What a request to Salesforce is about: objects queried and written, in the order they come. */
function objectsOf(url: URL, body: string): string {
  const text = `${decodeURIComponent(url.search).replaceAll('+', ' ')} ${decodeURIComponent(body).replaceAll('+', ' ')}`;
  const found = [...text.matchAll(/\bFROM (\w+)|"type":"(\w+)"|\/sobjects\/(\w+)/g)].map((match) => match[1] ?? match[2] ?? match[3]);
  return [...new Set(found)].slice(0, 4).join('+');
}

const textOf = (body: WireRequest['body']): string => (typeof body === 'string' ? body : Buffer.from(body ?? '').toString('utf8'));

export function nameOf(service: string, { method, url, body }: WireRequest): string {
  const parsed = new URL(url);
  const path = withoutIds(parsed.pathname);
  if (service !== 'Salesforce' || !parsed.pathname.startsWith('/services/data')) return `${service}: ${method} ${path}`;
  const text = textOf(body);
  const kind =
    method === 'GET' || /"method":"(PATCH|POST|PUT|DELETE)"/.test(text) || !text.includes('compositeRequest') ? method : 'read by';
  return `${service}: ${kind} ${path} ${objectsOf(parsed, text)}`.trim();
}

/** The second word of a commit's name: locks and settings of different names are different things. */
function nameOfCommit(call: string, args: readonly unknown[]): string {
  const [first] = args;
  if (typeof first === 'string' && call !== 'accept' && call !== 'decide') return `store: ${call} ${first.split(':')[0] ?? ''}`;
  if (call === 'savePosition') return `store: ${call} ${(first as { readonly stream: string }).stream}`;
  if (call === 'release') return `store: ${call} ${(args[1] as { readonly kind: string }).kind}`;
  return `store: ${call}`;
}

/** The lease on the event stream is renewed by a timer. */
const byTimer = (name: string): boolean => name === 'store: tryLock salesforce.events';

const fits = (point: KillPoint, name: string): boolean => (point.isPattern ? new RegExp(point.name).test(name) : point.name === name);

export function createKillPoints(kill: () => void): KillPoints {
  let names: string[] = [];
  let armed: KillPoint | null = null;

  async function around<T>(name: string, act: () => Promise<T>): Promise<T> {
    names.push(name);
    const point =
      armed !== null && fits(armed, name) && names.filter((one) => armed && fits(armed, one)).length === armed.occurrence ? armed : null;
    const isNow = (when: KillPoint['when']): boolean => point !== null && point === armed && point.when === when;
    if (isNow('before')) kill();
    try {
      return await act();
    } finally {
      if (isNow('after')) kill();
    }
  }

  return {
    transport: (service, transport) => (request) => around(nameOf(service, request), () => transport(request)),
    store: (store) =>
      new Proxy(store, {
        get(target, property: keyof OpenStore) {
          const member = target[property];
          if (typeof member !== 'function' || !commits.has(property)) return member;
          const call = member as (...args: readonly unknown[]) => Promise<unknown>;
          return async (...args: readonly unknown[]) => {
            const name = nameOfCommit(property, args);
            const act = (): Promise<unknown> => call.apply(target, [...args]);
            if (byTimer(name)) return act();
            if (property !== 'claim') return around(name, act);
            // an idle worker looks for work over and over; only a claim that finds some counts
            const due = await target.nextDue(args[2] as number);
            return due !== null && due <= (args[2] as number) ? around(name, act) : act();
          };
        },
      }),
    arm(point) {
      armed = point;
      names = [];
    },
    get names() {
      return names;
    },
  };
}
