/** Sections 6.2 and 6.3: `PUT` and `DELETE /v1/kv/:key` without locks. */
import { del, type GoldenCase, get, goldenCase, put } from '../golden-case.ts';
import { anyIndex, capture, greaterThan, textContaining, textMatching } from '../pattern.ts';
import { entry } from './shapes.ts';

const indexesKept = { CreateIndex: capture('created', anyIndex), ModifyIndex: capture('modified', anyIndex) };
const FLAGS = [0n, 1n, 42n, 9_007_199_254_740_993n, 3_304_740_253_564_472_344n, 18_446_744_073_709_551_615n];

export const kvWriteCases: readonly GoldenCase[] = [
  goldenCase(
    'a changed value keeps CreateIndex and moves ModifyIndex',
    put('/v1/kv/{{p}}', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', indexesKept)])
      .meta(),
    put('/v1/kv/{{p}}', '2').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'Mg==', { CreateIndex: '{{created}}', ModifyIndex: greaterThan('modified') })])
      .meta(),
  ),
  goldenCase(
    'writing the same again moves no index',
    put('/v1/kv/{{p}}?flags=7', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { Flags: 7 })])
      .meta()
      .index('i'),
    put('/v1/kv/{{p}}?flags=7', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { Flags: 7, ModifyIndex: '{{i}}' })])
      .meta()
      .sameIndex('i'),
    get('/v1/kv/{{p}}?recurse')
      .json([entry('{{p}}', 'MQ==', { Flags: 7 })])
      .meta()
      .sameIndex('i'),
  ),
  ...FLAGS.map((flags) =>
    goldenCase(
      `flags of ${flags} survive to the last digit`,
      put(`/v1/kv/{{p}}?flags=${flags}`, 'x').json(true),
      get('/v1/kv/{{p}}')
        .json([entry('{{p}}', 'eA==', { Flags: flags > 999_999_999_999_999n ? flags : Number(flags) })])
        .meta(),
    ),
  ),
  goldenCase(
    'a write without flags sets them to 0',
    put('/v1/kv/{{p}}?flags=42', 'x').json(true),
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==')])
      .meta(),
  ),
  goldenCase(
    'flags and cas that are no numbers are 500 with the reason',
    put('/v1/kv/{{p}}?flags=-1', 'x').fails(500, textContaining('"-1": invalid syntax')),
    put('/v1/kv/{{p}}?flags=x', 'x').fails(500, textContaining('"x": invalid syntax')),
    put('/v1/kv/{{p}}?flags=18446744073709551616', 'x').fails(500, textContaining('value out of range')),
    put('/v1/kv/{{p}}?cas=x', 'x').fails(500, textContaining('"x": invalid syntax')),
    del('/v1/kv/{{p}}?cas=x').fails(500, textContaining('"x": invalid syntax')),
    get('/v1/kv/{{p}}').empty(404).meta(),
  ),
  goldenCase(
    'cas=0 creates, and only creates',
    put('/v1/kv/{{p}}?cas=0', '1').json(true),
    put('/v1/kv/{{p}}?cas=0', '2').json(false),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==')])
      .meta(),
  ),
  goldenCase(
    'cas writes at the index it names alone',
    put('/v1/kv/{{p}}', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==')])
      .meta()
      .index('i'),
    put('/v1/kv/{{p}}?cas=1', '2').json(false),
    put('/v1/kv/{{p}}?cas={{i}}', '3').json(true),
    put('/v1/kv/{{p}}?cas={{i}}', '4').json(false),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'Mw==')])
      .meta()
      .laterIndex('i'),
  ),
  goldenCase('cas on a missing key is false', put('/v1/kv/{{p}}?cas=5', '1').json(false), get('/v1/kv/{{p}}').empty(404).meta()),
  goldenCase(
    'a refused cas moves no index',
    put('/v1/kv/{{p}}', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==')])
      .meta()
      .index('i'),
    put('/v1/kv/{{p}}?cas=1', '2').json(false),
    get('/v1/kv/{{p}}/none').empty(404).meta().sameIndex('i'),
  ),
  goldenCase(
    'cas, acquire and release exclude each other',
    put('/v1/kv/{{p}}?cas=1&acquire=x', '1').fails(400, textMatching(/^Conflicting flags: .*cas=1.*\n$/)),
    put('/v1/kv/{{p}}?acquire=x&release=x', '1').fails(400, textMatching(/^Conflicting flags: .*\n$/)),
    put('/v1/kv/{{p}}?cas=1&release=x', '1').fails(400, textMatching(/^Conflicting flags: .*\n$/)),
    del('/v1/kv/{{p}}?recurse&cas=1').fails(400, textMatching(/^Conflicting flags: .*cas=1.*\n$/)),
  ),
  goldenCase('a write needs a key', put('/v1/kv/', 'x').fails(400, 'Missing key name'), del('/v1/kv/').fails(400, 'Missing key name')),
  goldenCase(
    'a value of 512 KiB is taken, one byte more is 413',
    put('/v1/kv/{{p}}', 'v'.repeat(524_288)).json(true),
    put('/v1/kv/{{p}}', 'v'.repeat(524_289)).fails(
      413,
      textMatching(/^Request body\(524289 bytes\) too large, max size: 524288 bytes\. See \S+kv_max_value_size\.$/),
    ),
  ),
  goldenCase(
    'delete is true, also for what is not there',
    put('/v1/kv/{{p}}', '1').json(true),
    del('/v1/kv/{{p}}').json(true),
    get('/v1/kv/{{p}}').empty(404).meta(),
    del('/v1/kv/{{p}}').json(true),
  ),
  goldenCase(
    'deleting nothing moves no index',
    put('/v1/kv/{{p}}/a', '1').json(true),
    get('/v1/kv/{{p}}/none').empty(404).meta().index('i'),
    del('/v1/kv/{{p}}/none').json(true),
    get('/v1/kv/{{p}}/none').empty(404).meta().sameIndex('i'),
  ),
  goldenCase(
    'recursive delete takes the key as a plain prefix',
    put('/v1/kv/{{p}}/a/1', '1').json(true),
    put('/v1/kv/{{p}}/ab', '1').json(true),
    put('/v1/kv/{{p}}/b', '1').json(true),
    del('/v1/kv/{{p}}/a?recurse').json(true),
    get('/v1/kv/{{p}}/?keys').json(['{{p}}/b']).meta(),
    del('/v1/kv/{{p}}/none?recurse').json(true),
  ),
  goldenCase(
    'delete with cas deletes at the index it names, and is true for what is not there',
    put('/v1/kv/{{p}}', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==')])
      .meta()
      .index('i'),
    del('/v1/kv/{{p}}?cas=1').json(false),
    del('/v1/kv/{{p}}?cas=0').json(false),
    del('/v1/kv/{{p}}?cas={{i}}').json(true),
    del('/v1/kv/{{p}}?cas={{i}}').json(true),
    get('/v1/kv/{{p}}').empty(404).meta(),
  ),
  goldenCase(
    'the body is the value whatever its content type says',
    put('/v1/kv/{{p}}', '{"a":1}').sending({ 'Content-Type': 'application/json' }).json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eyJhIjoxfQ==')])
      .meta(),
    put('/v1/kv/{{p}}', 'a=1').sending({ 'Content-Type': 'application/x-www-form-urlencoded' }).json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'YT0x')])
      .meta(),
  ),
];
