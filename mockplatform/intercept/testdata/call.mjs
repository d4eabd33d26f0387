// A receiver in Node: call.mjs CLIENT URL prints the status and the body.
import dns from 'node:dns';
import https from 'node:https';

const [client, url] = process.argv.slice(2);

// What a hosts file would do.
const address = process.env.REFEREE_TEST_ADDRESS;
if (address) {
  dns.lookup = (host, options, done) =>
    options.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4);
}

const clients = {
  async fetch() {
    const response = await fetch(url);
    return `${response.status} ${await response.text()}`;
  },
  https() {
    return new Promise((resolve, reject) => {
      https.get(url, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve(`${response.statusCode} ${body}`));
      }).on('error', reject);
    });
  },
};

console.log(await clients[client]());
