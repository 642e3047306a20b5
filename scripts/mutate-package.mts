/**
 * Changes the Salesforce package at random and prints how many changes the offline checks notice:
 * `node scripts/mutate-package.mts [count] [seed] [--survivors]`. About fifteen changes a second.
 */
import { readPackage } from '../middleware/test/package/package-files.ts';
import { mutationRun } from '../middleware/test/package/mutation.ts';

const numbers = process.argv
  .slice(2)
  .filter((argument) => /^\d+$/.test(argument))
  .map(Number);
const [count = 500, seed = 1] = numbers;
const run = mutationRun(readPackage(), count, seed);
const share = (part: number): string => `${((100 * part) / run.tried).toFixed(1)} %`;
console.log(
  `seed ${seed}: ${run.caught} of ${run.tried} changes noticed (${share(run.caught)}), ${run.byRules} by form and rules alone (${share(run.byRules)})`,
);
if (process.argv.includes('--survivors'))
  for (const survivor of run.survivors)
    console.log(
      `${survivor.path}:${survivor.line} ${survivor.element}: ${JSON.stringify(survivor.from)} -> ${JSON.stringify(survivor.to)}`,
    );
process.exitCode = run.caught / run.tried >= 0.85 ? 0 : 1;
