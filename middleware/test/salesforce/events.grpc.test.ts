/** Platform events over real gRPC and TLS: a ticked deal of the simulated org arrives as a notice; our wire format is the vendor's. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

import { loadSync } from '@grpc/proto-loader';

import { silentLog } from '../../src/log.ts';
import { realSystem } from '../../src/system.ts';
import { grpcEventStream, protoPath } from '../../src/salesforce/events/grpc-stream.ts';
import { subscribeToEvents } from '../../src/salesforce/events/subscribe.ts';
import { StreamError } from '../../src/salesforce/events/stream.ts';
import type { Notice } from '../../src/sync/ports.ts';
import { sharedTestAuthority } from '../../simulators/certificates.ts';
import { people } from '../../simulators/salesforce/seed.ts';
import { attachEvents } from '../../simulators/salesforce/pubsub-org.ts';
import { servePubSub } from '../../simulators/salesforce/pubsub.ts';
import { simulatedSide } from './simulated-org.ts';

const topic = '/event/PC_Sync_Request__e';

async function connected() {
  const world = await simulatedSide();
  const events = attachEvents(world.org);
  const authority = sharedTestAuthority();
  const server = await servePubSub(events.pubSub, { tls: authority.serverCertificate() });
  return { world, events, server, open: grpcEventStream({ endpoint: server.address, extraRoots: [authority.root.pem] }) };
}

test('a seller ticks the deal and the service hears of it, also after the server was killed and came back', async () => {
  const { world, server, open } = await connected();
  const heard: Notice[] = [];
  let position: string | null = null;
  let wake: () => void = () => undefined;
  const until = async (count: number): Promise<void> => {
    while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  const client = subscribeToEvents({
    open,
    tokens: world.tokens,
    system: realSystem(),
    log: silentLog(),
    initial: 'earliest',
    position: async () => position,
    handler: async (notices, next) => {
      heard.push(...notices);
      position = next?.value ?? position;
      wake();
    },
    onGap: async () => undefined,
    onPoison: async (event) => assert.fail(event.why),
  });
  client.start();

  const id = world.share('Northwind data platform');
  await until(1);
  assert.equal(
    heard.every((notice) => notice.subject.kind === 'opportunity' && notice.subject.id === id),
    true,
  );

  server.kill();
  await server.restart();
  const known = heard.length;
  const request = world.org.asUser(people.seller).insert('PC_Request__c', { Opportunity__c: id, Kind__c: 'sync_now' });
  await until(known + 1);
  assert.deepEqual(heard.at(-1)?.subject, { kind: 'request', id: request, opportunityId: id });

  await client.stop();
  await server.close();
});

test('a refused session, an unknown schema and an untrusted server each end as what they are', async () => {
  const { world, server, open } = await connected();
  const session = await world.tokens.session();
  const refused = open({ ...session, accessToken: 'nobody' });
  const good = open(session);
  const strange = grpcEventStream({ endpoint: server.address })(session);
  const failure = async (work: Promise<unknown>): Promise<StreamError> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof StreamError) return error;
    }
    throw new assert.AssertionError({ message: 'it did not fail' });
  };
  const refusedCall = refused.subscribe(topic, { kind: 'latest' });
  refusedCall.request(1);
  const strangeCall = strange.subscribe(topic, { kind: 'latest' });
  strangeCall.request(1);

  assert.equal((await failure(refusedCall.next())).errorCode, 'service.auth.error');
  assert.equal((await failure(good.getSchema('unheard-of'))).status, 3);
  assert.equal((await failure(strangeCall.next())).status, 14);

  const call = good.subscribe(topic, { kind: 'latest' });
  call.request(1);
  call.cancel();
  assert.equal((await failure(call.next())).status, 1);

  for (const stream of [refused, good, strange]) stream.close();
  await server.close();
});

test('events travel without TLS on this machine only', () => {
  assert.throws(() => grpcEventStream({ endpoint: 'api.pubsub.salesforce.com:7443', insecure: true }), { code: 'NET_NOT_ALLOWED' });
  assert.throws(() => grpcEventStream({ endpoint: '127.0.0.1.example.com:7443', insecure: true }), { code: 'NET_NOT_ALLOWED' });
  grpcEventStream({ endpoint: '127.0.0.1:7443', insecure: true });
});

interface Described {
  readonly type?: {
    readonly name: string;
    readonly field?: readonly FieldDescriptor[];
    readonly value?: readonly { readonly name: string; readonly number: number }[];
  };
}
interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly label: string;
  readonly typeName: string;
}

/** Messages, enums and calls of a proto as plain lines. */
function descriptors(path: string): readonly string[] {
  const loaded = loadSync(path, { keepCase: true }) as { readonly [name: string]: Described & { readonly [rpc: string]: unknown } };
  const short = (typeName: string): string => typeName.split('.').at(-1) ?? typeName;
  return Object.entries(loaded)
    .flatMap(([name, entry]) => {
      const { type } = entry;
      if (type?.field)
        return type.field.map((field) => `${name}.${field.name} = ${field.number} ${field.type} ${field.label} ${short(field.typeName)}`);
      if (type?.value) return type.value.map((value) => `${name}.${value.name} = ${value.number}`);
      return Object.values(entry).map((rpc) => {
        const {
          path: call,
          requestStream,
          responseStream,
        } = rpc as { readonly path: string; readonly requestStream: boolean; readonly responseStream: boolean };
        return `${call} ${requestStream ? 'stream' : 'one'} to ${responseStream ? 'stream' : 'one'}`;
      });
    })
    .sort();
}

test("names, numbers, types and cardinality of our wire format are the vendor's", () => {
  const vendor = descriptors(
    fileURLToPath(new URL('../../../node_modules/salesforce-pubsub-api-client/pubsub_api.proto', import.meta.url)),
  );
  const ours = descriptors(protoPath);

  assert.equal(ours.length > 50, true);
  assert.deepEqual(ours, vendor);
});
