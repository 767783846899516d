/** Section 5.11: joining, leaving and reloading. Leaving ends the process, so it has no case that succeeds. */
import { type GoldenCase, get, goldenCase, put } from '../golden-case.ts';
import { textMatching } from '../pattern.ts';

export const agentOperationsCases: readonly GoldenCase[] = [
  goldenCase(
    'a reload answers when it is done',
    put('/v1/agent/reload').empty(),
    get('/v1/agent/reload').fails(405, 'method GET not allowed').headers({ allow: 'OPTIONS,PUT' }),
  ),
  goldenCase(
    'an address where nobody is cannot be joined',
    put('/v1/agent/join/127.0.0.1:1').fails(500, textMatching(/\S/)),
    get('/v1/agent/join/127.0.0.1:1').fails(405, 'method GET not allowed').headers({ allow: 'OPTIONS,PUT' }),
  ),
  goldenCase(
    'only a member can be forced to leave',
    put('/v1/agent/force-leave/{{p}}none').fails(500, "agent: No node found with name '{{p}}none'"),
    put('/v1/agent/force-leave/{{p}}none?prune').fails(500, "agent: No node found with name '{{p}}none'"),
    get('/v1/agent/force-leave/{{p}}none').fails(405, 'method GET not allowed').headers({ allow: 'OPTIONS,PUT' }),
  ),
  goldenCase('leaving takes a PUT', get('/v1/agent/leave').fails(405, 'method GET not allowed').headers({ allow: 'OPTIONS,PUT' })),
  goldenCase(
    'the log at a level that is none',
    get('/v1/agent/monitor?loglevel=loud').fails(400, 'Unknown log level: loud'),
    put('/v1/agent/monitor').fails(405, 'method PUT not allowed').headers({ allow: 'OPTIONS,GET' }),
  ),
];
