// What Node makes of the programs that recorded.json names: node record.js < recorded.json > new.json
const programs = Object.keys(JSON.parse(require('fs').readFileSync(0, 'utf8')));
const AsyncFunction = (async () => {}).constructor;

async function record(body) {
  const lines = [];
  const out = (...values) => {
    for (const value of values) {
      const text = JSON.stringify(value);
      lines.push(text === undefined ? 'undefined' : text);
    }
  };
  // One connection: it answers one query after the other.
  let line = Promise.resolve();
  const q = (name) => ({
    then(fulfilled, rejected) {
      lines.push(JSON.stringify('send ' + name));
      const answer = new Promise((resolve) => {
        line = line.then(() => new Promise((next) => setTimeout(() => { resolve(name); next(); }, 1)));
      });
      return answer.then(fulfilled, rejected);
    },
  });
  try {
    await new AsyncFunction('out', 'q', body)(out, q);
    await new Promise((resolve) => setTimeout(resolve, 30));
  } catch {
    lines.push('throws');
  }
  return lines;
}

process.on('unhandledRejection', () => {});
(async () => {
  const recorded = {};
  for (const body of programs) recorded[body] = await record(body);
  console.log(JSON.stringify(recorded, null, 1));
})();
