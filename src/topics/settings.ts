/** The settings of the cluster. Key: ''. */
import type { Setting } from '../model/setting.ts';
import { defineTopic, type Topic } from './topic.ts';

export const settingsTopic: Topic<Setting> = defineTopic('settings', {
  aging: 'kv',
  idOf: ({ name }) => name,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
