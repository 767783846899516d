/** Section 11, `/v1/coordinate/*`, and `near` (1.10). A server may take its time with an update, so the cases wait for it. */
import { exclusiveCase, type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anyNumber, capture, containing, inAnyOrder, type Pattern, type PatternObject, textContaining } from '../pattern.ts';
import { external } from './shapes.ts';

const coord = (x: number): PatternObject => ({ Vec: [x, 0, 0, 0, 0, 0, 0, 0], Error: 0.25, Adjustment: 0.5, Height: 0.125 });

const shown = (node: string, x: number): Pattern => ({ Node: node, Segment: '', Coord: coord(x) });

const update = (node: string, x: number): Step => put('/v1/coordinate/update', { Node: node, Segment: '', Coord: coord(x) }).empty();

/** Registers a node and says where it stands, and waits until that is known. */
const placed = (node: string, x: number): readonly Step[] => [
  put('/v1/catalog/register', external(node, { Service: { ID: node, Service: '{{p}}', Port: 80 } })).json(true),
  get('/v1/coordinate/nodes').json(inAnyOrder([], 'and others')).meta().index('before'),
  update(node, x),
  get('/v1/coordinate/nodes?index={{before}}&wait=20s')
    .json(inAnyOrder([shown(node, x)], 'and others'))
    .meta()
    .laterIndex('before'),
  get(`/v1/coordinate/node/${node}`)
    .json([shown(node, x)])
    .meta(),
];

const inOrder = (path: string, nodes: readonly string[], level?: 'leader'): Step =>
  get(path)
    .json(nodes.map((node) => containing({ Node: node })))
    .meta(level);

const ORIGIN: PatternObject = { Vec: Array<Pattern>(8).fill(anyNumber), Error: anyNumber, Adjustment: anyNumber, Height: anyNumber };

export const coordinateCases: readonly GoldenCase[] = [
  exclusiveCase(
    'coordinates are kept, sort by distance, and go with their node',
    ...placed('{{p}}-a', 9),
    ...placed('{{p}}-b', 1),
    ...placed('{{p}}-c', 3),
    put('/v1/catalog/register', external('{{p}}-d', { Service: { ID: '{{p}}-d', Service: '{{p}}', Port: 80 } })).json(true),
    inOrder('/v1/catalog/service/{{p}}', ['{{p}}-a', '{{p}}-b', '{{p}}-c', '{{p}}-d'], 'leader'),
    inOrder('/v1/catalog/service/{{p}}?near={{p}}-b', ['{{p}}-b', '{{p}}-c', '{{p}}-a', '{{p}}-d'], 'leader'),
    inOrder('/v1/catalog/service/{{p}}?near={{p}}-c', ['{{p}}-c', '{{p}}-b', '{{p}}-a', '{{p}}-d'], 'leader'),
    inOrder('/v1/catalog/service/{{p}}?near={{p}}-d', ['{{p}}-a', '{{p}}-b', '{{p}}-c', '{{p}}-d'], 'leader'),
    inOrder('/v1/catalog/service/{{p}}?near={{p}}-none', ['{{p}}-a', '{{p}}-b', '{{p}}-c', '{{p}}-d'], 'leader'),
    get('/v1/health/service/{{p}}?near={{p}}-a')
      .json(['{{p}}-a', '{{p}}-c', '{{p}}-b', '{{p}}-d'].map((node) => containing({ Node: containing({ Node: node }) })))
      .meta('leader'),
    get('/v1/coordinate/nodes?segment=none').json([]).meta(),
    put('/v1/catalog/deregister', { Node: '{{p}}-b' }).json(true),
    get('/v1/coordinate/node/{{p}}-b').empty(404),
    get('/v1/coordinate/node/{{p}}-a')
      .json([shown('{{p}}-a', 9)])
      .meta(),
  ),
  goldenCase('a node without a coordinate is 404', get('/v1/coordinate/node/{{p}}').empty(404), get('/v1/coordinate/node/').empty(404)),
  goldenCase(
    'the datacenters have their servers',
    get('/v1/coordinate/datacenters').json([
      { Datacenter: 'dc1', AreaID: 'wan', Coordinates: [{ Node: '{{self}}', Segment: '', Coord: ORIGIN }] },
    ]),
  ),
  goldenCase(
    'an update that cannot be, and one without effect',
    put('/v1/coordinate/update').fails(400, 'Request decode failed: EOF'),
    put('/v1/coordinate/update', { x: 1 }).fails(400, 'Request decode failed: json: unknown field "x"'),
    put('/v1/coordinate/update', { Node: '{{self}}', Coord: { Vec: [0, 0, 0] } }).fails(500, 'incompatible coordinate'),
    put('/v1/coordinate/update', '{"Node":"x","Coord":{"Vec":"x"}}').fails(
      400,
      textContaining('Request decode failed: json: cannot unmarshal string'),
    ),
    update('{{p}}-unknown', 1),
    get('/v1/coordinate/node/{{p}}-unknown').empty(404),
    get('/v1/coordinate/nodes')
      .json(capture('all', inAnyOrder([], 'and others')))
      .meta(),
  ),
];
