/** A balancer in front of replicas, as small as can be: the next one in turn, and the one after it when that one is gone. */
import { createServer, request, type IncomingMessage } from 'node:http';

export interface Balancer {
  readonly url: string;
  /** Ports of the replicas. */
  send(ports: readonly number[]): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function forward(port: number, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (answer) => {
      bodyOf(answer).then((text) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: text }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export async function openBalancer(): Promise<Balancer> {
  let targets: readonly number[] = [];
  let turn = 0;

  async function anyOf(incoming: IncomingMessage): Promise<Answer> {
    const body = await bodyOf(incoming);
    turn += 1;
    for (let attempt = 0; attempt < targets.length; attempt += 1) {
      const port = targets[(turn + attempt) % targets.length];
      const answer = port === undefined ? null : await forward(port, incoming, body).catch(() => null);
      if (answer) return answer;
    }
    return { status: 502, headers: {}, body: Buffer.alloc(0) };
  }

  const server = createServer((incoming, outgoing) => {
    anyOf(incoming).then(
      ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
      () => outgoing.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    send: (ports) => void (targets = ports),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
