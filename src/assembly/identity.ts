/** Who this server is: a node id that stays, and the records that say so in the catalog. */
import { dirname, join } from 'node:path';
import type { AgentConfig } from '../config/agent-config.ts';
import { API_LEVEL } from '../model/api-level.ts';
import type { CatalogRegister, NodeDefinition } from '../model/commands/catalog.ts';
import { ipFamily } from '../model/ip.ts';
import { serfHealth } from '../model/serf-health.ts';
import { DEFAULT_WEIGHTS } from '../model/service.ts';
import type { StringMap } from '../model/values.ts';
import type { Disk } from '../runtime/disk.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Random } from '../runtime/random.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The configured id, else the one kept in the data directory, else a new one that is kept there from now on. */
export async function nodeIdOf({ nodeId, dataDir }: Pick<AgentConfig, 'nodeId' | 'dataDir'>, disk: Disk, random: Random): Promise<string> {
  if (dataDir === '') return nodeId || random.uuid();
  const path = join(dataDir, 'node-id');
  const kept = Buffer.from((await disk.read(path)) ?? [])
    .toString()
    .trim();
  if (nodeId === '' && UUID.test(kept)) return kept;
  if (nodeId === '' && kept !== '') throw new KonsulError('CONFIG_INVALID', damagedId(path));
  const id = nodeId || random.uuid();
  if (id !== kept) await keepFile(disk, path, id);
  return id;
}

const damagedId = (path: string): string =>
  `${path}: holds no UUID, so it is not known who this node is; put back the id that the catalog has for it (/v1/catalog/nodes), or give it with -node-id`;

/** Makes `text` all that the file holds: durably, and never a part of it. */
export async function keepFile(disk: Disk, path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  await disk.remove(draft);
  const file = await disk.open(draft);
  try {
    await file.append(Buffer.from(text));
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(draft, path);
  await disk.syncFolder(dirname(path));
}

/** This node as it stands in the catalog. */
export function nodeDefinition(config: AgentConfig, id: string): NodeDefinition {
  return {
    id,
    name: config.nodeName,
    address: config.advertiseAddress,
    taggedAddresses: taggedAddresses(config.advertiseAddress),
    meta: { ...config.nodeMeta, 'consul-network-segment': '', 'consul-version': API_LEVEL },
    locality: undefined,
  };
}

function taggedAddresses(address: string): StringMap {
  const family = ipFamily(address);
  const named = family === undefined ? {} : { [`lan_ipv${family}`]: address, [`wan_ipv${family}`]: address };
  return { lan: address, wan: address, ...named };
}

/** What a server says of itself: its node, alive, with the service `consul`. */
export function selfRegistration(node: NodeDefinition, serverPort: number): CatalogRegister {
  return {
    kind: 'catalog.register',
    node,
    skipNodeUpdate: false,
    owner: '',
    services: [
      {
        id: 'consul',
        name: 'consul',
        kind: '',
        tags: [],
        address: '',
        port: Math.max(serverPort, 0),
        socketPath: '',
        taggedAddresses: undefined,
        meta: { raft_version: '3', version: API_LEVEL },
        weights: DEFAULT_WEIGHTS,
        enableTagOverride: false,
        proxy: undefined,
        connectNative: false,
        locality: undefined,
      },
    ],
    checks: [serfHealth(true)],
  };
}
