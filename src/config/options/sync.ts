/** Options of the way between agents and servers, and of what a server does about agents it does not hear. */
import { duration, integer, type NumberOption, number, type TextOption, text } from '../option.ts';
import { atLeast, oneOf, percent } from '../option-rules.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const registerWait: NumberOption = duration('sync.register_wait', {
  default: 500,
  help: 'How long a registration waits for the servers to have it, before it is answered all the same; 0 does not wait.',
  example: '500ms',
});

export const fullSyncInterval: NumberOption = duration('sync.full_sync_interval', {
  default: 5 * MINUTE,
  help: 'How often everything registered here is compared with what the servers hold, with jitter.',
  example: '5m',
});

export const syncMode: TextOption = text('sync.mode', {
  default: 'push',
  help: 'How an agent learns of changes: `push`, at once, or `interval`, every `sync.interval`. Used by agents.',
  example: 'push',
  problem: oneOf('push', 'interval'),
});

export const syncInterval: NumberOption = duration('sync.interval', {
  default: 10 * SECOND,
  help: 'How often an agent asks for changes in the mode `interval`. Used by agents.',
  example: '10s',
  problem: (value) => (value > 0 ? undefined : 'must be more than 0'),
});

export const batchSize: NumberOption = integer('sync.batch_size', {
  default: 100,
  help: 'The most registrations and check results that an agent sends together; it never waits for so many. Used by agents.',
  example: 100,
  problem: atLeast(1),
});

export const flushInterval: NumberOption = duration('sync.flush_interval', {
  default: 100,
  help: 'How long a busy agent gathers what it sends; an idle one sends at once. Used by agents.',
  example: '100ms',
});

export const heartbeat: NumberOption = duration('sync.heartbeat', {
  default: 10 * SECOND,
  help: 'How often both sides of a silent link say that they are there. Used by agents.',
  example: '10s',
  problem: (value) => (value > 0 ? undefined : 'must be more than 0'),
});

export const adoptGrace: NumberOption = duration('sync.adopt_grace', {
  default: 5 * MINUTE,
  help: 'How long an agent that starts with an empty disk keeps what the servers hold for its node. Used by agents.',
  example: '5m',
});

export const livenessGrace: NumberOption = duration('liveness.grace', {
  default: 30 * SECOND,
  help: 'How long a node may be silent before its check `serfHealth` turns critical. Used with agents.',
  example: '30s',
});

export const reapAfter: NumberOption = duration('liveness.reap_after', {
  default: 60 * MINUTE,
  help: 'How long a node may be silent before it is deregistered. Used with agents.',
  example: '1h',
});

export const selfPreservation: NumberOption = number('liveness.self_preservation', {
  default: 15,
  help: 'If more than this percentage of the nodes fall silent together, the network is blamed and none expires. Used with agents.',
  example: 15,
  problem: percent,
});

export const selfPreservationMax: NumberOption = duration('liveness.self_preservation_max', {
  default: 10 * MINUTE,
  help: 'The longest that self-preservation lasts. Used with agents.',
  example: '10m',
});
