/** Options of finding servers. A server of this version is alone: it takes them, and has nobody to join. */
import { NO_GOSSIP } from '../effects.ts';
import {
  type BooleanOption,
  bool,
  duration,
  integer,
  type NumberOption,
  type StringsOption,
  strings,
  type TextOption,
  text,
} from '../option.ts';
import { notNegative } from '../option-rules.ts';

const SECOND = 1_000;
const ALONE = 'a server of this version is alone and joins nobody';

export const retryJoin: StringsOption = strings('retry_join', {
  flag: 'retry-join',
  default: [],
  help: 'The servers to link to, as host or host:port; without a port 8300. Used by agents.',
  example: ['server-1.example', '10.0.0.1:8300'],
  shownAs: 'RetryJoinLAN',
  noEffect: ALONE,
});

export const retryInterval: NumberOption = duration('retry_interval', {
  flag: 'retry-interval',
  default: 30 * SECOND,
  help: 'The longest pause between two tries to reach a server. Used by agents.',
  example: '30s',
  shownAs: 'RetryJoinIntervalLAN',
});

export const retryMax: NumberOption = integer('retry_max', {
  flag: 'retry-max',
  default: 0,
  help: 'After how many failed tries the agent gives up and stops; 0: never. Used by agents.',
  example: 10,
  shownAs: 'RetryJoinMaxAttemptsLAN',
  problem: notNegative('0 means never to give up'),
});

export const rejoinAfterLeave: BooleanOption = bool('rejoin_after_leave', {
  flag: 'rejoin',
  default: false,
  help: 'Join again at the next start after a leave.',
  example: true,
  shownAs: 'RejoinAfterLeave',
  noEffect: 'what left joins again at its next start in any case',
});

export const encrypt: TextOption = text('encrypt', {
  flag: 'encrypt',
  default: '',
  help: 'Consul’s gossip key: 16, 24 or 32 bytes in base64.',
  example: 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=',
  isSecret: true,
  shownAs: 'EncryptKey',
  noEffect: NO_GOSSIP,
  problem: (value) => (value === '' || isKey(value) ? undefined : 'must be 16, 24 or 32 bytes in base64'),
});

const KEY_BYTES: readonly number[] = [16, 24, 32];

function isKey(value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value && KEY_BYTES.includes(bytes.length);
}
