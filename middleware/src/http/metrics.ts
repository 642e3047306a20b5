/** Figures for Prometheus: what came in, what went out, how long it took, and gauges read when asked. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Values read at the moment of a scrape; a reading that fails is left out. */
export interface GaugeReading {
  readonly name: string;
  readonly help: string;
  readonly read: () => Promise<number> | number;
}

export interface Metrics {
  readonly registry: Registry;
  /** One answered request of ours, labelled with the route pattern, never the path. */
  request(route: string, status: number, seconds: number): void;
  delivery(result: string): void;
  /** One outgoing call. @param outcome HTTP status or error code. */
  outbound(remote: string, operation: string, outcome: string, seconds: number): void;
  /** One finished pass of the engine. */
  pass(outcome: string, seconds: number): void;
}

export function createMetrics(gauges: readonly GaugeReading[]): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
  const requests = new Histogram({
    name: 'cosell_http_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['route', 'status'],
    buckets,
    registers,
  });
  const deliveries = new Counter({
    name: 'cosell_webhook_deliveries_total',
    help: 'Webhook deliveries by result.',
    labelNames: ['result'],
    registers,
  });
  const calls = new Histogram({
    name: 'cosell_outbound_seconds',
    help: 'Time of calls to Salesforce and Microsoft by outcome.',
    labelNames: ['remote', 'operation', 'outcome'],
    buckets,
    registers,
  });
  const passes = new Histogram({
    name: 'cosell_pass_seconds',
    help: 'Time of one pass over a deal by outcome.',
    labelNames: ['outcome'],
    buckets,
    registers,
  });

  for (const { name, help, read } of gauges) {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        try {
          this.set(await read());
        } catch {
          this.reset();
        }
      },
    });
  }

  return {
    registry,
    request: (route, status, seconds) => requests.observe({ route, status: String(status) }, seconds),
    delivery: (result) => deliveries.inc({ result }),
    outbound: (remote, operation, outcome, seconds) => calls.observe({ remote, operation, outcome }, seconds),
    pass: (outcome, seconds) => passes.observe({ outcome }, seconds),
  };
}
