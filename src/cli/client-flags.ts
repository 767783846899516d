/**
 * The flags that every command which asks an agent has, the variables of the environment behind them, and the client that they make.
 * A flag wins over KONSUL_…, which wins over CONSUL_….
 */
import { type AgentAddress, DEFAULT_ADDRESS, parseAddress } from '../client/address.ts';
import { ApiClient } from '../client/api-client.ts';
import { SystemClock } from '../runtime/clock.ts';
import type { HttpTarget, TlsClientSettings } from '../runtime/http-client.ts';
import type { CliFlag, CliInput, CliTools } from './define-command.ts';
import { isOn, parseSwitch, textFlag } from './flag-values.ts';
import { readFile, readFolder } from './read-file.ts';

/** A setting of the client: a flag, a variable, or both. */
interface Setting {
  readonly flag?: string;
  /** Behind `KONSUL_` and `CONSUL_`. */
  readonly variable?: string;
}

const ADDRESS: Setting = { flag: 'http-addr', variable: 'HTTP_ADDR' };
const TOKEN: Setting = { flag: 'token', variable: 'HTTP_TOKEN' };
const TOKEN_FILE: Setting = { flag: 'token-file', variable: 'HTTP_TOKEN_FILE' };
const CA_FILE: Setting = { flag: 'ca-file', variable: 'CACERT' };
const CA_PATH: Setting = { flag: 'ca-path', variable: 'CAPATH' };
const CLIENT_CERT: Setting = { flag: 'client-cert', variable: 'CLIENT_CERT' };
const CLIENT_KEY: Setting = { flag: 'client-key', variable: 'CLIENT_KEY' };
const SERVER_NAME: Setting = { flag: 'tls-server-name', variable: 'TLS_SERVER_NAME' };
const USES_TLS: Setting = { variable: 'HTTP_SSL' };
const VERIFIES_TLS: Setting = { variable: 'HTTP_SSL_VERIFY' };
const BASIC_AUTH: Setting = { variable: 'HTTP_AUTH' };

/** Flags of commands that ask an agent about itself. */
export const agentFlags: readonly CliFlag[] = [
  {
    name: 'http-addr',
    kind: 'value',
    help: `The agent to ask: host:port, https://… or unix:///… (CONSUL_HTTP_ADDR). Default ${DEFAULT_ADDRESS}.`,
    example: `-http-addr=${DEFAULT_ADDRESS}`,
  },
  { name: 'token', kind: 'value', help: 'The token to show (CONSUL_HTTP_TOKEN).', example: '-token=b1gs33cr3t' },
  { name: 'token-file', kind: 'value', help: 'A file with the token (CONSUL_HTTP_TOKEN_FILE).', example: '-token-file=/run/token' },
  { name: 'ca-file', kind: 'value', help: 'The authorities to trust, PEM (CONSUL_CACERT).', example: '-ca-file=ca.pem' },
  { name: 'ca-path', kind: 'value', help: 'A folder of authorities to trust, PEM (CONSUL_CAPATH).', example: '-ca-path=/etc/ssl/konsul' },
  { name: 'client-cert', kind: 'value', help: 'The certificate to show, PEM (CONSUL_CLIENT_CERT).', example: '-client-cert=client.pem' },
  { name: 'client-key', kind: 'value', help: 'The key of that certificate, PEM (CONSUL_CLIENT_KEY).', example: '-client-key=client.key' },
  {
    name: 'tls-server-name',
    kind: 'value',
    help: 'The name to ask for and to check over TLS (CONSUL_TLS_SERVER_NAME).',
    example: '-tls-server-name=server.dc1.consul',
  },
];

/** Flags of commands that ask the servers. */
export const clientFlags: readonly CliFlag[] = [
  ...agentFlags,
  { name: 'datacenter', kind: 'value', help: 'The datacenter to ask; default is the one of the agent.', example: '-datacenter=dc1' },
  { name: 'stale', kind: 'boolean', help: 'Let any server answer a read, not only the leader.' },
];

/** The client that flags and environment describe. Throws CONFIG_INVALID; connects to nothing yet. */
export async function openClient(input: CliInput, { environment }: Pick<CliTools, 'environment'>): Promise<ApiClient> {
  const given = new ClientSettings(input, environment);
  const address = parseAddress(given.text(ADDRESS) ?? DEFAULT_ADDRESS, given.isTrue(USES_TLS, false));
  return new ApiClient({
    clock: new SystemClock(),
    target: await targetOf(address, given),
    token: await tokenOf(given),
    datacenter: textFlag(input, 'datacenter') ?? '',
    isStale: isOn(input, 'stale'),
    basicAuth: given.text(BASIC_AUTH) ?? '',
  });
}

/** Looks settings up in their places. An empty variable counts as unset, as in Consul. */
class ClientSettings {
  readonly #input: CliInput;
  readonly #environment: CliTools['environment'];

  constructor(input: CliInput, environment: CliTools['environment']) {
    this.#input = input;
    this.#environment = environment;
  }

  text({ flag, variable }: Setting): string | undefined {
    const fromFlag = flag === undefined ? undefined : textFlag(this.#input, flag);
    return fromFlag ?? (this.#variable(`KONSUL_${variable}`) || this.#variable(`CONSUL_${variable}`));
  }

  isTrue(setting: Setting, otherwise: boolean): boolean {
    return parseSwitch(this.text(setting) ?? '') ?? otherwise;
  }

  #variable(name: string): string | undefined {
    return this.#environment[name] || undefined;
  }
}

async function tokenOf(given: ClientSettings): Promise<string> {
  const path = given.text(TOKEN_FILE);
  const token = given.text(TOKEN);
  if (token !== undefined || path === undefined) return token ?? '';
  return Buffer.from(await readFile(path, 'flag -token-file'))
    .toString()
    .trim();
}

async function targetOf(address: AgentAddress, given: ClientSettings): Promise<HttpTarget> {
  if (address.kind === 'unix') return address;
  return { kind: 'tcp', host: address.host, port: address.port, tls: address.isTls ? await tlsOf(given) : undefined };
}

async function tlsOf(given: ClientSettings): Promise<TlsClientSettings> {
  const file = (setting: Setting): Promise<Uint8Array> | undefined => {
    const path = given.text(setting);
    return path === undefined ? undefined : readFile(path, `flag -${setting.flag}`);
  };
  const folder = given.text(CA_PATH);
  const [ca, folderCa, cert, key] = await Promise.all([
    file(CA_FILE),
    folder === undefined ? [] : readFolder(folder, 'flag -ca-path'),
    file(CLIENT_CERT),
    file(CLIENT_KEY),
  ]);
  return {
    ca: ca === undefined ? folderCa : [ca],
    cert,
    key,
    serverName: given.text(SERVER_NAME) ?? '',
    skipVerify: !given.isTrue(VERIFIES_TLS, true),
  };
}
