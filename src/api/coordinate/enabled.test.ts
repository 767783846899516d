/** What an agent answers where coordinates are off; its backend has nothing, so that a read of it would fail. */
import { expect, test } from 'vitest';
import { startAgentApi } from '../../testing/agent-api.ts';
import { coordinateDatacenters } from './datacenters.ts';
import { coordinateNode } from './node.ts';
import { coordinateNodes } from './nodes.ts';
import { coordinateUpdate } from './update.ts';

test.each(['GET /v1/coordinate/nodes', 'GET /v1/coordinate/node/x', 'GET /v1/coordinate/datacenters', 'PUT /v1/coordinate/update'])(
  'Where coordinates are off, %s is 401',
  async (call) => {
    const routes = [coordinateDatacenters, coordinateNode, coordinateNodes, coordinateUpdate];
    const { send } = await startAgentApi({ routes, settings: { coordinatesDisabled: true } });
    const { status, text } = await send(call);
    expect([status, text]).toEqual([401, 'Coordinate support disabled']);
  },
);
