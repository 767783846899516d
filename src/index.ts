/** The public in-process API. */
export { type AgentConfig, agentConfig } from './config/agent-config.ts';
export { loadConfig } from './config/load.ts';
export { type ErrorCode, errorCodes, KonsulError } from './runtime/errors.ts';
export { Server, type ServerTools } from './server/server.ts';
