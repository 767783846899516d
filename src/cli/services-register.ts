/** `konsul services register`: registers services with the agent, from flags or from definition files. */
import { registerService } from '../client/agent.ts';
import type { ServiceRegisterBody } from '../registration/service-body.ts';
import { stringifyJson } from '../wire/json.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { pairsFlag, refuseInput, splitOnce, textFlag, textsFlag, wholeFlag } from './flag-values.ts';
import { readServiceFiles } from './service-files.ts';

export const servicesRegisterCommand: CliCommand = defineCommand({
  name: 'services register',
  summary: 'Registers services with the agent, by flags or by definition files.',
  usage: '[FILE…]',
  flags: [
    ...agentFlags,
    { name: 'address', kind: 'value', help: 'Where it listens; default is the address of the node.', example: '-address=10.0.0.7' },
    { name: 'id', kind: 'value', help: 'Its id on this node; default is the name.', example: '-id=web-1' },
    { name: 'kind', kind: 'value', help: 'The kind of proxy or gateway, if it is one.', example: '-kind=connect-proxy' },
    { name: 'meta', kind: 'value', help: 'Metadata, key=value; may be repeated.', example: '-meta=version=3' },
    { name: 'name', kind: 'value', help: 'Its name, by which others find it.', example: '-name=web' },
    { name: 'port', kind: 'value', help: 'The port it listens on.', example: '-port=8080' },
    { name: 'socket', kind: 'value', help: 'The unix socket it listens on.', example: '-socket=/run/web.sock' },
    { name: 'tag', kind: 'value', help: 'A tag; may be repeated.', example: '-tag=blue' },
    { name: 'tagged-address', kind: 'value', help: 'name=host:port; may be repeated.', example: '-tagged-address=wan=1.2.3.4:80' },
  ],
  examples: ['konsul services register -name=web -port=8080 -tag=blue', 'konsul services register web.json db.hcl'],
  async run(input, tools) {
    const services = await servicesOf(input);
    const client = await openClient(input, tools);
    for (const service of services) {
      await registerService(client, stringifyJson(service));
      tools.print(`Registered service: ${service.Name ?? ''}\n`);
    }
    return 0;
  },
});

/** Flags are for one service, so they are not mixed with files. */
async function servicesOf(input: CliInput): Promise<readonly ServiceRegisterBody[]> {
  if (input.args.length > 0) return readServiceFiles(input.args);
  if (textFlag(input, 'name') === undefined && textFlag(input, 'id') === undefined)
    throw refuseInput('Service registration requires at least one argument or flags.');
  return [serviceOfFlags(input)];
}

function serviceOfFlags(input: CliInput): ServiceRegisterBody {
  const all = {
    Kind: textFlag(input, 'kind'),
    ID: textFlag(input, 'id'),
    Name: textFlag(input, 'name'),
    Address: textFlag(input, 'address'),
    Port: portOf(input),
    SocketPath: textFlag(input, 'socket'),
    Tags: textsFlag(input, 'tag'),
    Meta: pairsFlag(input, 'meta'),
    TaggedAddresses: Object.fromEntries(textsFlag(input, 'tagged-address').map(taggedAddress)),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const MAX_PORT = 65_535n;

function portOf(input: CliInput): number | undefined {
  const port = wholeFlag(input, 'port');
  if (port !== undefined && port > MAX_PORT) throw refuseInput(`flag -port: ${port} is more than ${MAX_PORT}`);
  return port === undefined ? undefined : Number(port);
}

function taggedAddress(text: string): readonly [string, { readonly Address: string; readonly Port: number }] {
  const [name, place] = splitOnce(text, '=');
  const [, host, bare, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(place) ?? [];
  const address = host ?? bare;
  if (name === '' || address === undefined) throw refuseInput(`flag -tagged-address: "${text}" is not name=host:port`);
  return [name, { Address: address, Port: Number(port) }];
}
