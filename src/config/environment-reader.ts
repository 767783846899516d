/** Reads options from the environment: `ports.http` is `KONSUL_PORTS_HTTP`. What is misspelt is a warning, since others set variables too. */
import type { Collected } from './collected.ts';
import { environmentName } from './option.ts';
import { valueFromEnvironment } from './option-value.ts';
import { options } from './schema.ts';
import { suggest } from './suggest.ts';

const names: ReadonlySet<string> = new Set(options.map(({ key }) => environmentName(key)));

/** Kubernetes sets these for a service named `konsul`, and the commands of the client read the others. */
const OF_OTHERS =
  /^KONSUL_(?:(?:.*_)?SERVICE_(?:HOST|PORT)(?:_.*)?|PORT|(?:.*_)?PORT_\d+_.*|HTTP_(?:ADDR|TOKEN|TOKEN_FILE|AUTH|SSL|SSL_VERIFY)|CACERT|CAPATH|CLIENT_CERT|CLIENT_KEY|TLS_SERVER_NAME|NAMESPACE|PARTITION)$/;

/** Values are never shown in a warning: they may be secrets. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>, into: Collected): void {
  for (const option of options) {
    const name = environmentName(option.key);
    const text = environment[name];
    if (text !== undefined) into.take(option, valueFromEnvironment(option, text), { where: `environment ${name}`, isListFirst: true });
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith('KONSUL_') && !names.has(name) && !OF_OTHERS.test(name)) warnOf(name, into);
  }
}

function warnOf(name: string, into: Collected): void {
  const known = suggest(name, [...names]);
  into.warn(`environment ${name}: is no option, and ignored${known === undefined ? '' : `; did you mean ${known}?`}`);
}
