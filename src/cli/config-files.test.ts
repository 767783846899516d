import { expect, test } from 'vitest';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { configFilesOf, readConfigFiles } from './config-files.ts';

function diskWith(paths: readonly string[]): MemoryDisk {
  const disk = new MemoryDisk();
  for (const path of paths) disk.plant(path, Buffer.from(path));
  return disk;
}

const read = async (
  paths: readonly string[],
  disk: MemoryDisk,
  format?: string,
): Promise<readonly (readonly [string, string | undefined])[]> =>
  (await readConfigFiles(paths, { format, disk })).files.map((file) => [file.path, file.format]);

test('Files come in the order given, those of a folder by name, not those below it', async () => {
  const disk = diskWith(['/z.hcl', '/c/b.json', '/c/10.yml', '/c/2.yaml', '/c/A.hcl', '/c/sub/x.json', '/a.json']);
  expect(await read(['/z.hcl', '/c/', '/a.json'], disk)).toEqual([
    ['/z.hcl', 'hcl'],
    ['/c/10.yml', 'yaml'],
    ['/c/2.yaml', 'yaml'],
    ['/c/A.hcl', 'hcl'],
    ['/c/b.json', 'json'],
    ['/a.json', 'json'],
  ]);
});

test('The text is that of the file', async () => {
  const { files } = await readConfigFiles(['/a.json'], { format: undefined, disk: diskWith(['/a.json']) });
  expect(files).toEqual([{ path: '/a.json', format: 'json', text: '/a.json' }]);
});

test('In a folder other names are skipped, with a warning', async () => {
  const { files, warnings } = await readConfigFiles(['/c'], { format: undefined, disk: diskWith(['/c/a.hcl', '/c/a.hcl~', '/c/README']) });
  expect([files.map(({ path }) => path), warnings]).toEqual([
    ['/c/a.hcl'],
    [
      '/c/README: skipped, since its name does not end in .json, .hcl, .yaml or .yml',
      '/c/a.hcl~: skipped, since its name does not end in .json, .hcl, .yaml or .yml',
    ],
  ]);
});

test('-config-format says what all files are, whatever their names', async () => {
  const disk = diskWith(['/c/a.conf', '/c/b.json', '/d']);
  expect(await read(['/c', '/d'], disk, 'hcl')).toEqual([
    ['/c/a.conf', 'hcl'],
    ['/c/b.json', 'hcl'],
    ['/d', 'hcl'],
  ]);
});

test('A format that is none is refused', async () => {
  await expect(read(['/a'], new MemoryDisk(), 'toml')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'flag -config-format: must be hcl, json or yaml, not "toml"',
  });
});

test('All that cannot be read is told at once', async () => {
  const disk = diskWith(['/a.conf', '/b.json']);
  disk.failNext('read', new Error('EACCES: permission denied'));
  await expect(read(['/none.json', '/a.conf', '/gone/'], disk)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: [
      '/none.json: cannot be read: EACCES: permission denied',
      '/a.conf: its name must end in .json, .hcl, .yaml or .yml; or say what it is with -config-format',
      '/gone/: there is no such file or folder',
    ].join('\n'),
  });
  await expect(read(['/none.json'], disk)).rejects.toThrow('/none.json: there is no such file or folder');
});

test('A folder that cannot be listed is told', async () => {
  const disk = diskWith(['/c/a.json']);
  disk.failNext('list', new Error('EACCES: permission denied'));
  await expect(read(['/c'], disk)).rejects.toThrow('/c: cannot be read: EACCES: permission denied');
});

test('The flags of the agent name the files', async () => {
  const flags = new Map([
    ['config-file', ['/b', '/a']],
    ['config-format', ['hcl', 'yaml']],
  ]);
  const { files } = await configFilesOf(flags, diskWith(['/a', '/b']));
  expect(files.map(({ path, format }) => [path, format])).toEqual([
    ['/b', 'yaml'],
    ['/a', 'yaml'],
  ]);
  expect(await configFilesOf(new Map(), new MemoryDisk())).toMatchObject({ files: [], warnings: [] });
});
