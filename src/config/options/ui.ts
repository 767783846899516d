/** Options of the web UI, which this version does not have. */
import { NO_UI } from '../effects.ts';
import { type BooleanOption, bool, type TextOption, text } from '../option.ts';

export const uiEnabled: BooleanOption = bool('ui_config.enabled', {
  flag: 'ui',
  default: false,
  help: 'Serve the web UI.',
  example: true,
  shownAs: 'UIConfig.Enabled',
  noEffect: NO_UI,
});

export const uiContentPath: TextOption = text('ui_config.content_path', {
  flag: 'ui-content-path',
  default: '/ui/',
  help: 'The path under which the web UI is served.',
  example: '/ui/',
  shownAs: 'UIConfig.ContentPath',
  noEffect: NO_UI,
});

export const uiDir: TextOption = text('ui_config.dir', {
  flag: 'ui-dir',
  default: '',
  help: 'A folder with another web UI.',
  example: '/opt/ui',
  shownAs: 'UIConfig.Dir',
  noEffect: NO_UI,
});
