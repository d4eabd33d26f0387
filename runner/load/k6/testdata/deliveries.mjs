// Has a script make the deliveries with the numbers that are read, one a line.
import { readFileSync } from 'node:fs';
import exec from 'k6/execution';

globalThis.__VU = 1;
globalThis.__ENV = { ...process.env, REFEREE_URL: 'http://127.0.0.1:1' };

const { default: deliver } = await import('./load.mjs');
for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  exec.scenario.iterationInTest = Number(line);
  deliver();
}
