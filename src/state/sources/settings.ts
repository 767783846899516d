/** The settings of the cluster. */
import { settingsTopic } from '../../topics/settings.ts';
import { sortedBy } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const settingsSource: Source = defineSource({
  topic: settingsTopic,
  content: ({ tables: { setting } }) => ({ index: setting.index, items: sortedBy(setting.all(), ({ name }) => name) }),
  touchedBy: { setting: () => [''] },
});
