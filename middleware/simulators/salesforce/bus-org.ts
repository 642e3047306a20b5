/** The event bus of one org: definitions come from its deployed events, events from its commits. */
import { createBus, type Bus, type BusOptions, type EventDefinition } from './bus.ts';
import type { StoredComponent } from './deploy-model.ts';
import { textOf } from './metadata-xml.ts';
import type { OrgState } from './state.ts';

/** Makes the bus and connects it; every committed event of the org is published on it, in order. */
export function attachBus(state: OrgState, options: Omit<BusOptions, 'source'> = {}): Bus {
  const bus = createBus(state, {
    ...options,
    source: {
      version: () => state.schema.version(),
      definitions: () =>
        state.schema.objects().flatMap((object): EventDefinition[] => {
          if (object.kind !== 'event') return [];
          const custom = [...object.fields.values()].filter((field) => field.custom);
          return [{ name: object.name, fields: custom.map(({ name, type, required }) => ({ name, type, required: required === true })) }];
        }),
      channels: () => channelsOf(state),
    },
  });
  state.onCommit((events) => {
    for (const event of events) {
      bus.publish(event.object, event.values, { createdById: event.createdById, eventId: event.uuid, createdAt: event.createdAt });
    }
  });
  return bus;
}

function channelsOf(state: OrgState): ReadonlyMap<string, readonly string[]> {
  const channels = new Map<string, string[]>();
  for (const channel of state.schema.components('PlatformEventChannel')) channels.set(channel.fullName, []);
  for (const member of state.schema.components('PlatformEventChannelMember')) {
    const { root } = member.definition as StoredComponent;
    channels.get(textOf(root, 'eventChannel') ?? '')?.push(textOf(root, 'selectedEntity') ?? '');
  }
  return channels;
}
