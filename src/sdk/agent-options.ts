/** From the options of `createAgent` to the configuration of an agent: the same reader, rules and defaults as for files. */
import { type AgentConfig, agentConfig, type Machine } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import type { CreateAgentOptions } from './create-agent.ts';

/** What errors call the options. */
const PLACE = 'createAgent';
/** The command line refuses an agent without a folder; a program may want one. */
const NO_FOLDER = '.';

/** Throws CONFIG_INVALID with all that is wrong, a line each. Reads no file and no environment. */
export function embeddedConfig(options: CreateAgentOptions, machine: Machine): AgentConfig {
  const text = JSON.stringify({ ...options.config, ...given(options) });
  const values = loadConfig({ files: [{ path: `${PLACE}.json`, text }], environment: {}, flags: new Map() });
  const config = agentConfig(values, machine);
  return options.dataDir === undefined ? Object.freeze({ ...config, dataDir: '' }) : config;
}

function given(options: CreateAgentOptions): object {
  const { servers, nodeName, address, nodeMeta, datacenter, dataDir = NO_FOLDER, http = false, encrypt } = options;
  const further = (options.config ?? {}) as { readonly ports?: object; readonly performance?: object };
  return {
    server: false,
    retry_join: servers,
    node_name: nodeName,
    advertise_addr: address,
    node_meta: nodeMeta,
    datacenter,
    data_dir: dataDir,
    encrypt,
    ports: { ...further.ports, http: http === false ? -1 : http.port },
    // Without a door there is nobody to go on answering to while it leaves.
    ...(http === false ? { performance: { leave_drain_time: '0s', ...further.performance } } : {}),
    ...(http === false || http.address === undefined ? {} : { client_addr: http.address }),
  };
}
