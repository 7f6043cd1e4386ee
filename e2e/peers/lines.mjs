// How a peer's script and the test that drives it talk: a JSON object per line, both ways.
import { createInterface } from 'node:readline';

export function say(event, members = {}) {
  process.stdout.write(JSON.stringify({ event, ...members }) + '\n');
}

export function hears(event) {
  return new Promise((resolve) => {
    const reader = createInterface({ input: process.stdin });
    reader.on('line', (line) => {
      const message = JSON.parse(line);
      if (message.event === event) {
        reader.close();
        resolve(message);
      }
    });
  });
}

export function run(main) {
  main().then(
    () => {
      say('done');
      process.exit(0);
    },
    (error) => {
      say('failed', { message: String(error?.message ?? error), cause: JSON.stringify(error?.cause ?? null), stack: error?.stack });
      process.exit(1);
    },
  );
}
