/** Section 13: `/v1/snapshot`. */
import { CapturedBytes, exclusiveCase, type GoldenCase, get, goldenCase, put } from '../golden-case.ts';
import { capture, oneOf, satisfying, textMatching } from '../pattern.ts';
import { entry } from './shapes.ts';

const isGzip = satisfying('gzip', (body) => typeof body === 'string' && body.startsWith('\x1f\x8b') && body.length > 100);

export const snapshotCases: readonly GoldenCase[] = [
  goldenCase(
    'a snapshot is a gzip file with meta headers',
    get('/v1/snapshot').bytes(isGzip).meta().headers({ 'content-type': 'application/x-gzip' }),
    get('/v1/snapshot?stale').bytes(isGzip).meta(),
  ),
  goldenCase(
    'what is no snapshot is refused, and changes nothing',
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .index('i'),
    put('/v1/snapshot', 'nonsense').fails(500, textMatching(/^failed to (decompress snapshot|read snapshot file): /)),
    put('/v1/snapshot').fails(500, textMatching(/^failed to (decompress snapshot|read snapshot file): /)),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==', { ModifyIndex: '{{i}}' })])
      .meta()
      .sameIndex('i'),
  ),
  exclusiveCase(
    'a snapshot restores what it holds, and releases every blocking query',
    put('/v1/kv/{{p}}/a', '1').json(true),
    get('/v1/snapshot').bytes(capture('snapshot', isGzip)).meta(),
    put('/v1/kv/{{p}}/a', '2').json(true),
    put('/v1/kv/{{p}}/b', '2').json(true),
    get('/v1/kv/{{p}}/a')
      .json([entry('{{p}}/a', 'Mg==')])
      .meta()
      .index('i'),
    get('/v1/kv/{{p}}/a?index={{i}}&wait=20s')
      .json([entry('{{p}}/a', null, { Value: oneOf('MQ==', 'Mg==') })])
      .meta()
      .wokenBy(put('/v1/snapshot', new CapturedBytes('snapshot')).empty()),
    get('/v1/kv/{{p}}/?recurse')
      .json([entry('{{p}}/a', 'MQ==')])
      .meta(),
    put('/v1/kv/{{p}}/a', '3').json(true),
    get('/v1/kv/{{p}}/a')
      .json([entry('{{p}}/a', 'Mw==')])
      .meta(),
  ),
];
