/** The services of definition files, for `services register` and `services deregister`. Checks them before anything is sent. */
import { readConfig } from '../config/load.ts';
import { BlockDecoder } from '../registration/block-decoder.ts';
import { registrationsOf } from '../registration/definitions.ts';
import { type ServiceRegisterBody, serviceDefinitionBody } from '../registration/service-body.ts';
import { refuseInput } from './flag-values.ts';
import { readFile } from './read-file.ts';

/** As the API takes them, in the order of the files. Throws BAD_REQUEST with all problems, each with file, line and key. */
export async function readServiceFiles(paths: readonly string[]): Promise<readonly ServiceRegisterBody[]> {
  const files = await Promise.all(paths.map(async (path) => ({ path, text: Buffer.from(await readFile(path)).toString() })));
  const { values, problems } = readConfig({ files, environment: {}, flags: new Map() });
  const services = values.definitions.filter(({ kind }) => kind === 'service');
  const all = [...problems, ...registrationsOf(services, { scriptChecksEnabled: true, isFromFile: true }).problems];
  if (all.length > 0) throw refuseInput(all.join('\n'));
  if (services.length === 0) throw refuseInput(`there is no service in ${paths.join(', ')}`);
  const decoder = new BlockDecoder();
  return services.map(({ path, block }) => decoder.decode(serviceDefinitionBody, block, { path, line: block.line, key: 'service' }));
}
