// Renders one picture after the other with sharp, as a service on Node.js does; orders and answers are
// those of adapters/imaging/examples/bench_driver.rs. The folder of sharp's installation is the argument.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [installation] = process.argv.slice(2);
const require = createRequire(pathToFileURL(join(installation, 'index.js')));
const sharp = require('sharp');
sharp.concurrency(1);
sharp.cache(false);

// Bytes that this process has asked the system for; what is mapped into memory is not among them.
function bytesRead() {
  try {
    return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))[1]);
  } catch {
    return NaN;
  }
}

async function rendered(line) {
  const [path, prefix, format, quality, sizes] = line.split('\t');
  let outputBytes = 0;
  for (const size of sizes.split(',')) {
    const [width, height] = size.split('x').map((side) => (side === '' ? null : Number(side)));
    const picture = sharp(path)
      .autoOrient()
      .resize({ width, height, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' });
    const encoded = format === 'png' ? picture.png() : picture.jpeg({ quality: Number(quality), mozjpeg: false });
    outputBytes += (await encoded.toFile(`${prefix}-${size}.${format}`)).size;
  }
  return outputBytes;
}

for await (const line of createInterface({ input: process.stdin })) {
  const before = bytesRead();
  const wall = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  try {
    const outputBytes = await rendered(line);
    const { user, system } = process.cpuUsage(cpu);
    const wallNs = Number(process.hrtime.bigint() - wall);
    const read = bytesRead() - before;
    console.log(
      JSON.stringify({
        cpu_ns: (user + system) * 1000,
        wall_ns: wallNs,
        bytes_read: read > 16384 ? read : null,
        stopped_early: false,
        output_bytes: outputBytes,
        memory_peak: process.resourceUsage().maxRSS * 1024,
      }),
    );
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message) }));
  }
}
