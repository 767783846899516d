/** Facts about the machine, from the operating system. Asked when somebody wants to know, never kept. */
import { arch, cpus, freemem, hostname, networkInterfaces, platform, release, totalmem, type, uptime } from 'node:os';
import type { Machine } from '../config/agent-config.ts';
import { isLoopback, isPrivate } from '../model/ip.ts';
import type { Json } from '../model/values.ts';

/** What the configuration takes from the machine. */
export function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const found = addresses.filter(({ family, address }) => family === 'IPv4' && !isLoopback(address)).map(({ address }) => address);
  return { hostName: hostname(), address: found.find(isPrivate) ?? found[0] ?? '127.0.0.1' };
}

/** `/v1/agent/host`: the members that clients read, in gopsutil's shapes. `collectionTimeNs`: when, since 1970. */
export function hostFacts(collectionTimeNs: number): { readonly [key: string]: Json } {
  const total = totalmem();
  const free = freemem();
  const used = total - free;
  const memory = { total, available: free, used, usedPercent: (used / total) * 100, free };
  const processors = cpus().map(({ model, speed }, cpu) => ({ cpu, vendorId: '', modelName: model.trim(), cores: 1, mhz: speed }));
  const host = {
    hostname: hostname(),
    uptime: Math.floor(uptime()),
    os: type().toLowerCase(),
    platform: platform(),
    kernelVersion: release(),
    kernelArch: arch(),
  };
  return { Memory: memory, CPU: processors, Host: host, Disk: null, CollectionTime: collectionTimeNs, Errors: null };
}
