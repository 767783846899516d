/** The listeners of the HTTP API: one for each address of the configuration, all in front of one dispatcher. */
import type { HttpConfig } from '../config/parts/http.ts';
import type { Dispatcher } from '../http/dispatch.ts';
import type { HttpMeters } from '../http/http-meters.ts';
import type { HttpRules } from '../http/http-rules.ts';
import { HttpServer } from '../http/http-server.ts';
import type { Renderer } from '../http/render.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Part } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import { clearSocketFile, grantSocketFile } from '../runtime/socket-file.ts';

export interface HttpDoorsOptions<Context> {
  readonly config: HttpConfig;
  readonly dispatcher: Dispatcher<Context>;
  readonly renderer: Renderer;
  readonly rules: HttpRules;
  readonly meters: HttpMeters;
  readonly clock: Clock;
  readonly logger: Logger;
}

const UNIX = 'unix://';

export class HttpDoors<Context> implements Part {
  readonly name = 'http';
  readonly #options: HttpDoorsOptions<Context>;
  readonly #servers: readonly HttpServer<Context>[];

  constructor(options: HttpDoorsOptions<Context>) {
    const { config, ...rest } = options;
    const { addresses, port, maxConnectionsPerClient, maxHeaderBytes } = config;
    this.#options = options;
    const open = addresses.filter((address) => address.startsWith(UNIX) || port >= 0);
    this.#servers = open.map((address) => {
      const listen = address.startsWith(UNIX) ? { path: address.slice(UNIX.length) } : { host: address, port };
      return new HttpServer({ ...rest, listen, maxConnectionsPerClient, maxHeaderBytes });
    });
  }

  /** `host:port` or `unix:///path` of each. */
  get addresses(): readonly string[] {
    return this.#servers.map((server) => server.address);
  }

  setConnectionLimit(max: number): void {
    for (const server of this.#servers) server.setConnectionLimit(max);
  }

  /** All or none. Throws the system's error (EADDRINUSE, EACCES, …). */
  async start(): Promise<void> {
    const sockets = this.#sockets();
    for (const path of sockets) await clearSocketFile(path);
    const started = await Promise.allSettled(this.#servers.map((server) => server.start()));
    const failed = started.find((each) => each.status === 'rejected');
    if (failed !== undefined) {
      await this.stop();
      throw failed.reason;
    }
    for (const path of sockets) await grantSocketFile(path, this.#options.config.socket);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  #sockets(): readonly string[] {
    return this.#options.config.addresses.filter((address) => address.startsWith(UNIX)).map((address) => address.slice(UNIX.length));
  }
}
