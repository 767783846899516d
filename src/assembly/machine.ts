/** Facts about the machine, from the operating system. Asked when somebody wants to know, never kept. */
import { arch, cpus, freemem, hostname, networkInterfaces, platform, release, totalmem, type, uptime } from 'node:os';
import type { Machine } from '../config/agent-config.ts';
import { isLoopback, isPrivate } from '../model/ip.ts';
import type { Json } from '../model/values.ts';
import { countProcesses, type FileSystemSpace, fileSystemSpace } from '../runtime/machine-facts.ts';

/** What the configuration takes from the machine. */
export function thisMachine(): Machine {
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, list = []]) => list.map((each) => ({ ...each, name })));
  const found = addresses.filter(({ family, address }) => family === 'IPv4' && !isLoopback(address)).map(({ address }) => address);
  return { hostName: hostname(), address: found.find(isPrivate) ?? found[0] ?? '127.0.0.1', interfaces: addresses };
}

/** Where and when the facts are asked for. */
export interface HostQuestion {
  /** The folder whose file system is shown; '' for the root. */
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** `/v1/agent/host`: the members that clients read, in gopsutil's shapes. */
export async function hostFacts({ dataDir, nowMs }: HostQuestion): Promise<{ readonly [key: string]: Json }> {
  const path = dataDir || '/';
  const [procs, space] = await Promise.all([countProcesses(), fileSystemSpace(path)]);
  return {
    Memory: memoryFacts(),
    CPU: cpus().map(({ model, speed }, cpu) => ({ cpu, vendorId: '', modelName: model.trim(), cores: 1, mhz: speed })),
    Host: {
      hostname: hostname(),
      uptime: Math.floor(uptime()),
      bootTime: Math.floor(nowMs / 1_000 - uptime()),
      procs,
      os: type().toLowerCase(),
      platform: platform(),
      kernelVersion: release(),
      kernelArch: arch(),
    },
    Disk: space === undefined ? null : diskFacts(path, space),
    CollectionTime: nowMs * 1e6,
    Errors: null,
  };
}

function memoryFacts(): { readonly [key: string]: Json } {
  const total = totalmem();
  const free = freemem();
  const used = total - free;
  return { total, available: free, used, usedPercent: (used / total) * 100, free };
}

function diskFacts(path: string, space: FileSystemSpace): { readonly [key: string]: Json } {
  const { totalBytes: total, freeBytes, availableBytes: free, inodes: inodesTotal, freeInodes: inodesFree } = space;
  const used = total - freeBytes;
  const inodesUsed = inodesTotal - inodesFree;
  return {
    path,
    fstype: '',
    total,
    free,
    used,
    usedPercent: percent(used, used + free),
    inodesTotal,
    inodesUsed,
    inodesFree,
    inodesUsedPercent: percent(inodesUsed, inodesTotal),
  };
}

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);

/** The `runtime` group of `Stats`. */
export function runtimeFacts(version: string): Readonly<Record<string, string>> {
  const processors = String(cpus().length);
  return { arch: arch(), cpu_count: processors, goroutines: '1', max_procs: processors, os: platform(), version };
}
