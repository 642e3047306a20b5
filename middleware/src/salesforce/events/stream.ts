/**
 * The seam under the event client: what the bus gives, whatever carries it. gRPC in the service, the simulator's own functions
 * in the simulation.
 */
import type { Session } from '../auth/token-source.ts';

/** Where a subscription begins. A position means: after it. */
export type StreamStart =
  { readonly kind: 'position'; readonly replayId: Uint8Array } | { readonly kind: 'latest' } | { readonly kind: 'earliest' };

export interface StreamEvent {
  /** Opaque; stored and sent back unchanged. */
  readonly replayId: Uint8Array;
  /** UUID of the event; the same for a repeated delivery. */
  readonly eventId: string;
  readonly schemaId: string;
  /** Avro binary, without a container. */
  readonly payload: Uint8Array;
}

/** One answer of the bus; without events it is a sign of life that may carry a newer position. */
export interface StreamBatch {
  readonly events: readonly StreamEvent[];
  readonly latestReplayId: Uint8Array;
  /** Events still owed to earlier requests. */
  readonly pending: number;
}

/** One running subscription. */
export interface EventSubscription {
  /** Asks for more events; 1 to 100, added to what is owed. */
  request(count: number): void;
  /** The next answer; null when the bus closed the stream in good order. Throws `StreamError`. One reader at a time. */
  next(): Promise<StreamBatch | null>;
  cancel(): void;
}

/** A connection to the bus for one session. */
export interface EventStream {
  subscribe(topic: string, start: StreamStart): EventSubscription;
  /** Avro schema as JSON text. Throws `StreamError`. */
  getSchema(id: string): Promise<string>;
  close(): void;
}

export type OpenEventStream = (session: Session) => EventStream;

/** A failed call: the service decides on `errorCode`, not on the gRPC status (Salesforce APIs §2.5). */
export class StreamError extends Error {
  /** What follows `sfdc.platform.eventbus.grpc.`, null when the failure carries no code. */
  readonly errorCode: string | null;
  /** gRPC status number. */
  readonly status: number;

  constructor(errorCode: string | null, status: number, message: string) {
    super(message);
    this.name = 'StreamError';
    this.errorCode = errorCode;
    this.status = status;
  }
}
