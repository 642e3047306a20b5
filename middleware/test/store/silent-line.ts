/** A line between a store and its database that can fall silent: packets are swallowed both ways, and nobody is told. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';

export interface SilentLine {
  /** Address of the database by way of this line. */
  readonly url: string;
  /** From now on nothing gets through, on old connections and new ones. */
  fallSilent(): void;
  /** New connections work again; what was silent stays so. */
  recover(): void;
  close(): void;
}

export async function openSilentLine(database: string): Promise<SilentLine> {
  const { host, port, user, password, database: name } = new pg.Client({ connectionString: database });
  const sockets = new Set<Socket>();
  let silent = false;

  const server = createServer((near) => {
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const dead = { now: silent };
    const pass = (from: Socket, to: Socket): void => {
      sockets.add(from);
      from.on('data', (bytes) => {
        dead.now ||= silent;
        if (!dead.now) to.write(bytes);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const who = password ? `${user}:${encodeURIComponent(String(password))}` : user;
  return {
    url: `postgres://${who}@127.0.0.1:${address.port}/${name}`,
    fallSilent: () => void (silent = true),
    recover: () => void (silent = false),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
