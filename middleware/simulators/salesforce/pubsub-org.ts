/** Gives a simulated org its event bus and the Pub/Sub API over it: sessions, object permissions and allocations are the org's own. */
import { attachBus } from './bus-org.ts';
import type { Bus, BusOptions } from './bus.ts';
import { createPubSubService, type Authenticate, type PubSubOptions, type PubSubService } from './pubsub-service.ts';
import type { SalesforceOrg } from './service.ts';

export interface OrgEvents {
  readonly bus: Bus;
  /** Put on a port by `servePubSub`; the seeded simulation calls it directly. */
  readonly pubSub: PubSubService;
}

/** Call once per org. */
export function attachEvents(org: SalesforceOrg, options: PubSubOptions & Omit<BusOptions, 'source'> = {}): OrgEvents {
  const { state } = org;
  const bus = attachBus(state, options);
  const authenticate: Authenticate = ({ accessToken, tenantId }) => {
    const session = org.sessions.check(accessToken);
    if (!session || tenantId.slice(0, 15) !== state.orgId.slice(0, 15)) return null;
    const rights = (name: string): { readonly read: boolean; readonly create: boolean } => {
      // Channels have no permissions of their own; who may subscribe beyond administrators is not simulated.
      const object = state.schema.object(name);
      if (!object) return { read: org.access(session.userId).isAdmin, create: false };
      return org.access(session.userId).object(object);
    };
    return { userId: session.userId, mayRead: (name) => rights(name).read, mayCreate: (name) => rights(name).create };
  };
  const service = createPubSubService(bus, authenticate, state, options);
  org.sessions.onRevoked((token) => service.faults.revoke(token));

  const tellUsage = (): void => {
    const { delivered, deliveryLimit, published, publishLimit } = bus.usage();
    org.setLimit('DailyDeliveredPlatformEvents', deliveryLimit, Math.max(0, deliveryLimit - delivered));
    org.setLimit('HourlyPublishedPlatformEvents', publishLimit, Math.max(0, publishLimit - published));
  };
  bus.onEvent(tellUsage);
  tellUsage();
  const pubSub: PubSubService = {
    ...service,
    subscribe: (headers, listener) =>
      service.subscribe(headers, {
        response: (response) => {
          listener.response(response);
          tellUsage();
        },
        ended: (error) => listener.ended(error),
      }),
  };
  return { bus, pubSub };
}
