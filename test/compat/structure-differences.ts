/** Where Konsul's answers are built otherwise than those of Consul 1.8.7, in parts that no golden case asks for. */
import type { Difference } from './differences.ts';

/** Each is needed besides `olderConsul`. */
export const structureDifferences: readonly Difference[] = [
  { why: 'deliberate', at: 'header connection', problem: 'missing', note: "Node's HTTP server says that the connection stays open" },
  { why: 'deliberate', at: 'header keep-alive', problem: 'missing', note: "Node's HTTP server says for how long" },
];
