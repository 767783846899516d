/** A real Prometheus discovers a real nginx and a real redis through a server or an agent, and follows their tags, health and end. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type RealPartName, requireRealPart } from '../real-parts.ts';
import { startDoor } from './cluster.ts';
import { freePorts } from './free-port.ts';
import { httpCall } from './http-call.ts';
import { test } from './konsul-test.ts';
import { waitUntil } from './wait-until.ts';

const FOLLOW_BOUND_MS = 20_000;

interface Target {
  readonly health: string;
  readonly labels: Readonly<Record<string, string>>;
}

function nginxConfig(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr;
    events { worker_connections 64; }
    http { access_log off; default_type text/plain; ${temporary}
      server { listen 127.0.0.1:${port}; location / { return 200 "ok"; } location = /metrics { return 200 "nginx_up 1\\n"; } } }`;
}

function prometheusConfig(server: string): string {
  const label = (source: string, target: string): string => `{ source_labels: [${source}], target_label: ${target} }`;
  return `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: konsul
    consul_sd_configs: [{ server: '${server}', services: [web, cache], refresh_interval: 1s }]
    relabel_configs:
      - { source_labels: [__meta_consul_health], regex: passing, action: keep }
      - ${label('__meta_consul_service', 'service')}
      - ${label('__meta_consul_tags', 'tags')}
      - ${label('__meta_consul_node', 'node')}
      - ${label('__meta_consul_service_metadata_team', 'team')}
      - ${label('__meta_consul_dc', 'dc')}
`;
}

test.for(['server', 'agent'] as const)(
  'through the %s, targets appear, follow their tags, leave while failing, come back, and go when deregistered',
  async (door, { start, run, folder, skip }) => {
    const program = (name: RealPartName): string => requireRealPart(name, { skip }).path;
    const [nginx, redis, prometheus] = [program('nginx'), program('redis-server'), program('prometheus')];
    const [webPort, cachePort, prometheusPort] = (await freePorts(3)) as [number, number, number];
    const server = await startDoor(start, door);

    const nginxFolder = join(folder, 'nginx');
    mkdirSync(nginxFolder);
    writeFileSync(join(nginxFolder, 'nginx.conf'), nginxConfig(nginxFolder, webPort));
    const startNginx = () => run(nginx, ['-p', nginxFolder, '-c', join(nginxFolder, 'nginx.conf'), '-e', 'stderr']);
    let web = await startNginx();
    await run(redis, ['--port', `${cachePort}`, '--bind', '127.0.0.1', '--save', '', '--daemonize', 'no', '--dir', folder]);

    const registerWeb = (tags: readonly string[]) => {
      const check = { HTTP: `http://127.0.0.1:${webPort}/`, Interval: '1s', Timeout: '1s' };
      return server.put('/v1/agent/service/register', {
        Name: 'web',
        Port: webPort,
        Address: '127.0.0.1',
        Tags: tags,
        Meta: { team: 'a' },
        Check: check,
      });
    };
    expect((await registerWeb(['blue', 'eu'])).status).toBe(200);
    const cacheCheck = { TCP: `127.0.0.1:${cachePort}`, Interval: '1s' };
    await server.put('/v1/agent/service/register', { Name: 'cache', Port: cachePort, Address: '127.0.0.1', Check: cacheCheck });

    writeFileSync(join(folder, 'prometheus.yml'), prometheusConfig(`127.0.0.1:${server.httpPort}`));
    await run(prometheus, [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/tsdb`,
      `--web.listen-address=127.0.0.1:${prometheusPort}`,
      '--log.level=warn',
    ]);
    const targets = async (): Promise<Map<string, Target>> => {
      const reply = await httpCall(`http://127.0.0.1:${prometheusPort}/api/v1/targets?state=active`);
      const { activeTargets } = reply.json<{ data: { activeTargets: Target[] } }>().data;
      return new Map(activeTargets.map((target) => [target.labels.service ?? '', target]));
    };
    const until = (what: string, holds: (found: Map<string, Target>) => boolean): Promise<Map<string, Target>> =>
      waitUntil(async () => ((found) => (holds(found) ? found : undefined))(await targets()), {
        what,
        timeoutMs: FOLLOW_BOUND_MS,
        everyMs: 100,
      });

    const found = await until('both targets, and a scrape of nginx', (all) => all.get('web')?.health === 'up' && all.has('cache'));
    expect(found.get('web')?.labels).toMatchObject({
      instance: `127.0.0.1:${webPort}`,
      tags: ',blue,eu,',
      node: 'n1',
      team: 'a',
      dc: 'dc1',
    });
    expect(found.get('cache')?.labels).toMatchObject({ instance: `127.0.0.1:${cachePort}` });

    await registerWeb(['green']);
    await until('the new tags', (all) => all.get('web')?.labels.tags === ',green,');

    await web.stop('SIGTERM');
    await until('the failing target to leave', (all) => !all.has('web') && all.has('cache'));
    web = await startNginx();
    await until('the target to be back', (all) => all.get('web')?.health === 'up');

    await server.put('/v1/agent/service/deregister/cache');
    await until('the deregistered target to go', (all) => !all.has('cache') && all.has('web'));
  },
);
