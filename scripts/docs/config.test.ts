import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { accepted } from '../../src/config/accepted.ts';
import { configFlags } from '../../src/config/flags.ts';
import { bool, duration, pairs, text } from '../../src/config/option.ts';
import { renamed } from '../../src/config/renamed.ts';
import { options } from '../../src/config/schema.ts';
import { renderConfig } from './config.ts';

const PAGE = readFileSync(new URL('../../docs/reference/config.md', import.meta.url), 'utf8');
const help = 'Helps.';

test('The tables show default, flag, environment, reload, example and old names', () => {
  const page = renderConfig({
    options: [
      text('node_name', { help, default: '', flag: 'node', example: 'a' }),
      pairs('node_meta', { help, default: {}, example: { a: 'b' } }),
      bool('encrypt', { help, default: false, example: true, noEffect: 'nothing hides' }),
      duration('sync.register_wait', { help, default: 1_500, example: '1s', isReloadable: true, isSecret: true }),
    ] as Parameters<typeof renderConfig>[0]['options'],
    renamed: [{ old: 'name', now: 'node_name', flag: 'name' }],
    accepted: [{ key: 'gossip', flags: ['a', 'b'], instead: 'no gossip' }],
  });
  expect(page.match(/^## .*/gm)).toEqual(['## General', '## sync', '## Old names', '## Taken without effect']);
  expect(page).toContain(
    '| `node_name` | string | empty | `-node` `KONSUL_NODE_NAME` | on restart | Helps. Example: `-node=a` Old names: `name` |',
  );
  expect(page).toContain('| `node_meta` | pairs | empty | `KONSUL_NODE_META` | on restart | Helps. Example: `node_meta { "a" = "b" }` |');
  expect(page).toContain('| `encrypt` | boolean | `false` | `KONSUL_ENCRYPT` | never | Helps. Has no effect: nothing hides. ');
  expect(page).toContain('| duration | `1.5s` | `KONSUL_SYNC_REGISTER_WAIT` | on reload | Helps. Secret: never logged or shown. ');
  expect(page).toContain('| `name` | `-name` | `node_name` |');
  expect(page).toContain('| `gossip` | `-a` `-b` | no gossip |');
});

test('Every option, old name and key without effect has a row', () => {
  const rows = renderConfig({ options, renamed, accepted }).split('\n');
  for (const key of [...options.map((option) => option.key), ...renamed.map(({ old }) => old), ...accepted.map((entry) => entry.key)])
    expect(rows.filter((row) => row.startsWith(`| \`${key}\` |`))).toHaveLength(1);
});

test('The page names the flags that say what to read, and no flag that is not there', () => {
  const known = new Set(configFlags.map(({ name }) => name));
  const named = [...PAGE.matchAll(/`-([a-z][a-z_-]*)(?=[=`\s])/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
  for (const name of ['config-file', 'config-dir', 'config-format', 'hcl']) expect(named).toContain(name);
});
