/** Options of finding servers and of being known to them. A server of this version is alone: it takes them, and has nobody to join. */
import { linkAddressProblem } from '../link-address.ts';
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

export const retryJoin: StringsOption = strings('retry_join', {
  flag: 'retry-join',
  default: [],
  help: 'The servers to link to, as host or host:port; without a port 8300. Any of them will do; names are looked up at every try. Used by agents.',
  example: ['server-1.example', '10.0.0.1:8300'],
  shownAs: 'RetryJoinLAN',
  problem: (addresses) => addresses.map(linkAddressProblem).find((problem) => problem !== undefined),
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
  help: 'The key by which agents and servers prove to each other that they belong together: 16, 24 or 32 bytes in base64, the same everywhere (see `konsul keygen`). It is never sent; what links carry is not hidden by it.',
  example: 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=',
  isSecret: true,
  shownAs: 'EncryptKey',
  problem: (value) => (value === '' || isKey(value) ? undefined : 'must be 16, 24 or 32 bytes in base64'),
});

const KEY_BYTES: readonly number[] = [16, 24, 32];

function isKey(value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value && KEY_BYTES.includes(bytes.length);
}
