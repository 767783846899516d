/** Servers for the benches: as the integration tests start them, with room for thousands of connections of one client. */
import { type KonsulOptions, type KonsulProcess, startKonsul } from '../../test/integration/konsul-process.ts';

/** Runs `use` with a server of its own and ends it afterwards, whatever happens. */
export async function withServer<T>(options: KonsulOptions, use: (server: KonsulProcess) => Promise<T>): Promise<T> {
  const server = await startKonsul({ config: { limits: { http_max_conns_per_client: 10_000 } }, ...options });
  try {
    return await use(server);
  } catch (error) {
    process.stderr.write(`log of ${server.peer}: ${server.log()}\n`);
    throw error;
  } finally {
    await server.kill();
    server.remove();
  }
}

/** Registers one instance of `service` on a node of its own; throws unless it is taken. */
export async function register(
  server: KonsulProcess,
  service: string,
  options: { readonly node: string; readonly port: number },
): Promise<void> {
  const reply = await server.put('/v1/catalog/register', registration(service, options));
  if (reply.status !== 200) throw new Error(`register ${service}: ${reply.status} ${reply.text}`);
}

export function registration(service: string, { node, port }: { readonly node: string; readonly port: number }): object {
  const id = `${service}-${node}`;
  const check = { CheckID: `service:${id}`, Name: 'alive', Status: 'passing', ServiceID: id };
  return { Node: node, Address: '10.0.0.1', Service: { ID: id, Service: service, Port: port, Tags: ['v1'] }, Check: check };
}

/** The index of a scope now. */
export async function indexOf(server: KonsulProcess, path: string): Promise<number> {
  return (await server.call(path)).index;
}
