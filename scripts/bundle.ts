/**
 * Joins the modules of the built program into a few files, in place: Node takes half a millisecond to load each module, and the program
 * has seven hundred (ADR 0017). Packages stay outside; what is loaded only when used stays in files of its own.
 */
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const bin = fileURLToPath(new URL('../dist/bin', import.meta.url));

const bundle = await rolldown({
  input: `${bin}/konsul.js`,
  platform: 'node',
  // Every name that is no path: packages, and Node's own modules.
  external: /^[^./]/,
});
await bundle.write({ dir: bin, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' });
await bundle.close();
// What the compiler wrote of the lines of a file that is another one now.
await rm(`${bin}/konsul.js.map`, { force: true });
