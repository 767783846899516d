import { expect, test } from 'vitest';
import { decodeBody } from './decode.ts';
import { autopilotBody, autopilotFrom, autopilotJson } from './operator.ts';

const setting = (body: string): Parameters<typeof autopilotJson>[0] => ({
  name: 'autopilot',
  value: autopilotFrom(decodeBody(autopilotBody, Buffer.from(body))),
  createIndex: 4,
  modifyIndex: 9,
});

test("Until one is put, the configuration is Consul's default", () => {
  expect(autopilotJson(undefined)).toBe(
    '{"CleanupDeadServers":true,"LastContactThreshold":"200ms","MaxTrailingLogs":250,"MinQuorum":0,"ServerStabilizationTime":"10s","RedundancyZoneTag":"","DisableUpgradeMigration":false,"UpgradeVersionTag":"","CreateIndex":0,"ModifyIndex":0}',
  );
});

test('What a body leaves out is zero, durations are shown as Go does, and its indexes do not count', () => {
  expect(autopilotJson(setting('{"LastContactThreshold":300000000,"ServerStabilizationTime":"90s","ModifyIndex":7}'))).toBe(
    '{"CleanupDeadServers":false,"LastContactThreshold":"300ms","MaxTrailingLogs":0,"MinQuorum":0,"ServerStabilizationTime":"1m30s","RedundancyZoneTag":"","DisableUpgradeMigration":false,"UpgradeVersionTag":"","CreateIndex":4,"ModifyIndex":9}',
  );
});

test('A number of 64 bits stays exact', () => {
  expect(autopilotJson(setting('{"MaxTrailingLogs":18446744073709551615}'))).toContain('"MaxTrailingLogs":18446744073709551615,');
});
