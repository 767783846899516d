/** Section 6.1: `GET /v1/kv/:key`, and the indexes of 1.7 for keys and prefixes. */
import { ABSENT, del, exclusiveCase, type GoldenCase, get, goldenCase, put } from '../golden-case.ts';
import { anyIndex, capture, satisfying } from '../pattern.ts';
import { entry } from './shapes.ts';

const BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);

export const kvReadCases: readonly GoldenCase[] = [
  goldenCase(
    'a key reads back as an array with one entry, its value in base64',
    put('/v1/kv/{{p}}/a', 'hello').json(true),
    get('/v1/kv/{{p}}/a')
      .json([entry('{{p}}/a', 'aGVsbG8=', { CreateIndex: capture('i', anyIndex), ModifyIndex: '{{i}}' })])
      .meta()
      .sameIndex('i'),
  ),
  goldenCase(
    'an empty value reads back as null',
    put('/v1/kv/{{p}}').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', null)])
      .meta(),
    get('/v1/kv/{{p}}?raw')
      .bytes(satisfying('nothing', (body) => body === ''))
      .meta()
      .headers({ 'content-type': 'text/plain' }),
  ),
  goldenCase(
    'a missing key is 404 with an empty body and meta headers',
    get('/v1/kv/{{p}}/none').empty(404).meta(),
    get('/v1/kv/{{p}}/none?raw').empty(404).meta(),
    get('/v1/kv/{{p}}/none?recurse').empty(404).meta(),
    get('/v1/kv/{{p}}/none?keys').empty(404).meta(),
  ),
  goldenCase(
    'raw gives the bytes, with headers that keep browsers from running them',
    put('/v1/kv/{{p}}', '<script>').json(true),
    get('/v1/kv/{{p}}?raw')
      .bytes(satisfying('the bytes', (body) => body === '<script>'))
      .meta()
      .headers({
        'content-type': 'text/plain',
        'x-content-type-options': 'nosniff',
        'content-security-policy': 'sandbox',
        'content-length': '8',
      }),
    get('/v1/kv/{{p}}?raw=false')
      .bytes(satisfying('raw whatever its value', (body) => body === '<script>'))
      .meta(),
    get('/v1/kv/{{p}}?raw&recurse')
      .json([entry('{{p}}', 'PHNjcmlwdD4=')])
      .meta()
      .headers({ 'x-content-type-options': ABSENT }),
  ),
  goldenCase(
    'every byte survives',
    put('/v1/kv/{{p}}', BYTES).json(true),
    get('/v1/kv/{{p}}?raw')
      .bytes(satisfying('all 256 bytes', (body) => body === Buffer.from(BYTES).toString('latin1')))
      .meta(),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', Buffer.from(BYTES).toString('base64'))])
      .meta(),
  ),
  goldenCase(
    'recurse takes the key as a plain prefix and sorts by bytes',
    put('/v1/kv/{{p}}/b', '2').json(true),
    put('/v1/kv/{{p}}/a/x', '1').json(true),
    put('/v1/kv/{{p}}-', '0').json(true),
    put('/v1/kv/{{p}}/Z', 'Z').json(true),
    get('/v1/kv/{{p}}?recurse')
      .json([entry('{{p}}-', 'MA=='), entry('{{p}}/Z', 'Wg=='), entry('{{p}}/a/x', 'MQ=='), entry('{{p}}/b', 'Mg==')])
      .meta(),
    get('/v1/kv/{{p}}/?recurse=false')
      .json([entry('{{p}}/Z', 'Wg=='), entry('{{p}}/a/x', 'MQ=='), entry('{{p}}/b', 'Mg==')])
      .meta(),
  ),
  goldenCase(
    'keys lists names, cut behind the prefix at the separator and without repeats',
    put('/v1/kv/{{p}}/db/host', '1').json(true),
    put('/v1/kv/{{p}}/db/port', '1').json(true),
    put('/v1/kv/{{p}}/limit', '1').json(true),
    get('/v1/kv/{{p}}/?keys').json(['{{p}}/db/host', '{{p}}/db/port', '{{p}}/limit']).meta(),
    get('/v1/kv/{{p}}/?keys&separator=/').json(['{{p}}/db/', '{{p}}/limit']).meta(),
    get('/v1/kv/{{p}}/?keys&seperator=/').json(['{{p}}/db/', '{{p}}/limit']).meta(),
    get('/v1/kv/{{p}}/d?keys&separator=b/').json(['{{p}}/db/']).meta(),
    get('/v1/kv/{{p}}/?keys&separator=').json(['{{p}}/db/host', '{{p}}/db/port', '{{p}}/limit']).meta(),
  ),
  goldenCase('no key and no recurse is 400', get('/v1/kv/').fails(400, 'Missing key name')),
  goldenCase(
    'keys are percent-decoded, case-sensitive, and may hold any printable character',
    put('/v1/kv/{{p}}/a%20b%2Fc%3F%C3%A9', 'x').json(true),
    put('/v1/kv/{{p}}/A', 'upper').json(true),
    get('/v1/kv/{{p}}/?keys').json(['{{p}}/A', '{{p}}/a b/c?é']).meta(),
    get('/v1/kv/{{p}}/a%20b/c%3F%c3%a9')
      .json([entry('{{p}}/a b/c?é', 'eA==')])
      .meta(),
    get('/v1/kv/{{p}}/a').empty(404).meta(),
  ),
  goldenCase('a plus in a path is a plus', put('/v1/kv/{{p}}/a+b', 'x').json(true), get('/v1/kv/{{p}}/?keys').json(['{{p}}/a+b']).meta()),
  goldenCase(
    'a prefix moves its index for changes below it alone',
    put('/v1/kv/{{p}}/in', '1').json(true),
    get('/v1/kv/{{p}}/?recurse')
      .json([entry('{{p}}/in', 'MQ==')])
      .meta()
      .index('before'),
    put('/v1/kv/{{p}}-outside', '1').json(true),
    get('/v1/kv/{{p}}/?recurse')
      .json([entry('{{p}}/in', 'MQ==')])
      .meta()
      .sameIndex('before'),
    get('/v1/kv/{{p}}/?keys').json(['{{p}}/in']).meta().sameIndex('before'),
    put('/v1/kv/{{p}}/in2', '1').json(true),
    get('/v1/kv/{{p}}/?keys').json(['{{p}}/in', '{{p}}/in2']).meta().laterIndex('before').index('grown'),
    del('/v1/kv/{{p}}/in2').json(true),
    get('/v1/kv/{{p}}/?keys').json(['{{p}}/in']).meta().laterIndex('grown'),
  ),
  goldenCase(
    'a prefix that was deleted goes on from the index of the deletion',
    put('/v1/kv/{{p}}/x', '1').json(true),
    get('/v1/kv/{{p}}/?recurse')
      .json([entry('{{p}}/x', 'MQ==')])
      .meta()
      .index('before'),
    del('/v1/kv/{{p}}/?recurse').json(true),
    get('/v1/kv/{{p}}/?recurse').empty(404).meta().laterIndex('before').index('deleted'),
    put('/v1/kv/{{p}}-outside', '1').json(true),
    get('/v1/kv/{{p}}/?recurse').empty(404).meta().sameIndex('deleted'),
  ),
  goldenCase(
    'a present key has its own index, a missing one that of the last change of any key',
    put('/v1/kv/{{p}}/a', '1').json(true),
    get('/v1/kv/{{p}}/a')
      .json([entry('{{p}}/a', 'MQ==')])
      .meta()
      .index('own'),
    put('/v1/kv/{{p}}/b', '1').json(true),
    get('/v1/kv/{{p}}/a')
      .json([entry('{{p}}/a', 'MQ==')])
      .meta()
      .sameIndex('own'),
    get('/v1/kv/{{p}}/b')
      .json([entry('{{p}}/b', 'MQ==')])
      .meta()
      .laterIndex('own')
      .index('last'),
    get('/v1/kv/{{p}}/none').empty(404).meta().sameIndex('last'),
    del('/v1/kv/{{p}}/b').json(true),
    get('/v1/kv/{{p}}/none').empty(404).meta().laterIndex('last'),
  ),
  exclusiveCase(
    'an empty store lists no keys, and answers 404 to recurse',
    put('/v1/kv/{{p}}', '1').json(true),
    del('/v1/kv/?recurse').json(true),
    get('/v1/kv/?keys').json([]).meta(),
    get('/v1/kv/?recurse').empty(404).meta(),
    put('/v1/kv/{{p}}', '1').json(true),
    get('/v1/kv/?keys').json(['{{p}}']).meta(),
    get('/v1/kv/?recurse')
      .json([entry('{{p}}', 'MQ==')])
      .meta(),
  ),
];
