/** A process that works for so many milliseconds, tells its parent how many rounds it did, and ends. */

const endMs = performance.now() + Number(process.argv[2]);
let rounds = 0;
let value = 1;
while (performance.now() < endMs) {
  for (let n = 0; n < 10_000; n++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  rounds++;
}
process.send?.(rounds + (value & 0), () => process.disconnect());
