// A load for k6, written by `referee load --k6`: what that command sends, from one machine
// or from many.
//
//   k6 run -e REFEREE_APP_SECRET=… FILE
//
// Several machines send each event once between them, where each has a segment of its own,
// all of the same size, and all have the same sequence:
//
//   k6 run --execution-segment 0:1/2 --execution-segment-sequence 0,1/2,1 -e … FILE
//   k6 run --execution-segment 1/2:1 --execution-segment-sequence 0,1/2,1 -e … FILE
//
// Variables:
//
//   REFEREE_APP_SECRET        signs.
//   REFEREE_INSTAGRAM_SECRET  signs what is about Instagram. Default: REFEREE_APP_SECRET.
//   REFEREE_URL               is the receiver's webhook. Default: what --url said.
//   REFEREE_RESULT            is the file that the result is written to; "stdout" prints it
//                             as one line. Default: what --result said.
//   REFEREE_COLLECT           is the URL of a `referee load --collect`, which is told of
//                             which events were not acknowledged. Default: nobody is.

import crypto from 'k6/crypto';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Gauge, Trend } from 'k6/metrics';

// What the flags said, and the recipe by which deliveries are made.
const load = LOAD;
const { seed, start, delay, least, most, templates } = load.recipe;

const url = __ENV.REFEREE_URL || load.url;
const appSecret = __ENV.REFEREE_APP_SECRET;
const instagramSecret = __ENV.REFEREE_INSTAGRAM_SECRET || appSecret;
const resultFile = __ENV.REFEREE_RESULT || load.result;
const collector = (__ENV.REFEREE_COLLECT || '').replace(/\/+$/, '');

if (!url) {
  throw new Error('where to? set REFEREE_URL to the webhook, such as http://localhost:3000/webhook');
}
if (!appSecret) {
  throw new Error('set REFEREE_APP_SECRET to the app secret of the webhook, which signs deliveries');
}

// Kinds of errors. What is counted under NOT_TOLD is under another kind too.
const NOT_TOLD = 'not told to the collector';
const kinds = ['connect', 'timeout', 'closed', 'malformed', NOT_TOLD];

// k6 reads this file once more for each virtual user; options and summary are those of
// user 0.
if (__VU === 0) {
  for (let status = 100; status < 600; status++) {
    kinds.push(`status ${status}`);
  }
  // A threshold makes k6 count a kind on its own, even one that demands nothing.
  for (const kind of kinds) {
    load.thresholds[`errors_by{kind:${kind}}`] = kind === NOT_TOLD ? ['count==0'] : [];
  }
}

export const options = {
  scenarios: { load: load.scenario },
  thresholds: load.thresholds,
  discardResponseBodies: true,
  maxRedirects: 0,
  summaryTrendStats: ['count', 'p(50)', 'p(90)', 'p(99)', 'max'],
};

const numbers = new Gauge('numbers'); // of deliveries
const begun = new Counter('begun'); // deliveries
const settled = new Counter('settled'); // those of them that were acknowledged, or told
const events = new Counter('events');
const acknowledged = new Counter('acknowledged'); // events
const requests = new Counter('requests'); // for some deliveries two
const errors = new Counter('errors'); // requests that were not acknowledged
const errorsBy = new Counter('errors_by');
const latency = new Trend('latency', true); // of those that were
const began = new Gauge('began');
const ended = new Gauge('ended');

// setup sees to it that the numbers of each machine are evenly spaced, so that the result
// can say which they were.
export function setup() {
  const { executionSegment: segment, executionSegmentSequence: sequence } = exec.test.options;
  if (!segment) {
    return { machines: 1 };
  }
  const [from, to] = segment.split(':').map(fraction);
  const machines = Math.round(1 / (to - from));
  const users = load.scenario.vus || load.scenario.maxVUs;
  if (Math.abs(machines * (to - from) - 1) > 1e-9) {
    throw new Error(`the segment ${segment} is no equal share: of 3 machines they are 0:1/3, 1/3:2/3 and 2/3:1`);
  }
  if (machines > 2 && !sequence) {
    throw new Error('give each machine all edges of the segments too, such as --execution-segment-sequence 0,1/3,2/3,1');
  }
  if (users % machines !== 0) {
    throw new Error(`${users} virtual users are not shared evenly by ${machines} machines: write the script with a --concurrency that is a multiple of ${machines}`);
  }
  return { machines };
}

function fraction(text) {
  const [over, under] = text.split('/');
  return over / (under || 1);
}

let scenario; // k6 makes a new object each time that it is asked for

export default function () {
  scenario = scenario || exec.scenario;
  const number = load.first + scenario.iterationInTest;
  const delivery = make(number);
  numbers.add(number);
  begun.add(1);
  events.add(delivery.events.length);
  let taken = false;
  for (let times = isSentTwice(number) ? 2 : 1; times > 0; times--) {
    taken = send(delivery) || taken;
  }
  if (taken) {
    acknowledged.add(delivery.events.length);
  }
  if (taken || !collector || tell(delivery.events)) {
    settled.add(1);
  }
}

// send reports whether a delivery was acknowledged.
function send(delivery) {
  requests.add(1);
  began.add(Date.now());
  const answer = http.post(url, delivery.body, {
    headers: delivery.headers,
    jar: new http.CookieJar(), // Meta keeps no cookies
    timeout: load.deadline,
  });
  ended.add(Date.now());
  const kind = kindOf(answer);
  if (kind) {
    errors.add(1);
    errorsBy.add(1, { kind });
    return false;
  }
  const { blocked, connecting, tls_handshaking: handshaking, duration } = answer.timings;
  latency.add(blocked + connecting + handshaking + duration);
  return true;
}

// kindOf is the kind of error of an answer; empty for an acknowledgement. The codes are
// those of https://grafana.com/docs/k6/latest/javascript-api/error-codes/.
function kindOf({ status, error, error_code: code }) {
  switch (true) {
    case code === 0 && status >= 200 && status < 300:
      return '';
    case code === 0 || (code >= 1400 && code < 1600):
      return `status ${status}`;
    case code === 1050 || code === 1211:
      return 'timeout';
    case (code >= 1100 && code < 1200) || (code >= 1210 && code < 1220) || (code >= 1300 && code < 1400):
      return 'connect';
    case /malformed/.test(error):
      return 'malformed';
  }
  return 'closed';
}

// tell tells the collector which events were not acknowledged, and reports whether it
// knows.
function tell(unacknowledged) {
  const answer = http.post(`${collector}/_referee/load`, JSON.stringify({ unacknowledged }), {
    headers: { 'Content-Type': 'application/json' },
    timeout: load.told_within,
  });
  if (!kindOf(answer)) {
    return true;
  }
  errorsBy.add(1, { kind: NOT_TOLD });
  console.error(`${collector}/_referee/load was not told that events ${unacknowledged} were not acknowledged: ${answer.error || `status ${answer.status}`}`);
  return false;
}

// ---- deliveries ----

// make makes the delivery with this number.
function make(number) {
  const first = number * most;
  const lead = draw(templates, first);
  const size = most === 1 || !lead.object ? 1 : least + (random(number, FOR_SIZE) % (most - least + 1));
  let body = lead.head + fill(lead.entry, first);
  const all = [first];
  for (let n = first + 1; n < first + size; n++) {
    body += `,${fill(draw(beside[lead.object], n).entry, n)}`;
    all.push(n);
  }
  body += lead.tail;
  const secret = lead.instagram ? instagramSecret : appSecret;
  const headers = load.headers[lead.style];
  headers['X-Hub-Signature'] = `sha1=${crypto.hmac('sha1', secret, body, 'hex')}`;
  headers['X-Hub-Signature-256'] = `sha256=${crypto.hmac('sha256', secret, body, 'hex')}`;
  return { events: all, body, headers };
}

// Templates that may stand in one delivery, by their object.
const beside = {};
for (const template of templates) {
  if (template.object) {
    (beside[template.object] = beside[template.object] || []).push(template);
  }
}

// draw is the template of the event with this number, among some.
function draw(among, number) {
  let left = random(number, FOR_VARIANT) % weightOf(among);
  for (const template of among) {
    if (left < template.weight) {
      return template;
    }
    left -= template.weight;
  }
}

function weightOf(among) {
  if (!among.weight) {
    among.weight = among.reduce((sum, template) => sum + template.weight, 0);
  }
  return among.weight;
}

// fill fills the holes between the texts of an entry.
function fill(entry, number) {
  const at = start + number;
  const values = {
    number: String(number).padStart(12, '0'),
    tag: letters(number),
    ms: at,
    s: Math.floor(at / 1000),
    'ms later': at + delay,
    's later': Math.floor((at + delay) / 1000),
  };
  let text = entry[0];
  for (let i = 1; i < entry.length; i += 2) {
    text += values[entry[i]] + entry[i + 1];
  }
  return text;
}

// letters writes a number in 8 letters of 5 bits each.
function letters(number) {
  let text = '';
  for (let left = number; text.length < 8; left = Math.floor(left / 32)) {
    text = 'abcdefghijklmnopqrstuvwxyz234567'[left % 32] + text;
  }
  return text;
}

// ---- random numbers, which are those of package mockplatform/series ----

const FOR_VARIANT = 0x9e3779b9;
const FOR_SIZE = 0x7f4a7c15;
const FOR_DUPLICATE = 0x2545f491;

// random follows from the seed, a number below 2^53 and a purpose.
function random(number, purpose) {
  return mix32(mix32(mix32(number ^ seed) ^ Math.floor(number / 2 ** 32)) ^ purpose);
}

// mix32 is the finalizer of MurmurHash3.
function mix32(h) {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function isSentTwice(number) {
  return random(number, FOR_DUPLICATE) % 1000000 < load.duplicates;
}

// ---- the result ----

// handleSummary writes the result in the format of `referee load --result`. Nothing here
// shows what was handled: `referee load merge` knows it, of collectors.
export function handleSummary({ metrics, setup_data: shared }) {
  const result = resultOf(metrics, shared);
  if (resultFile === 'stdout') {
    return { stdout: `${JSON.stringify(result)}\n` };
  }
  return { [resultFile]: `${JSON.stringify(result, null, 2)}\n`, stdout: textOf(result) };
}

function resultOf(metrics, shared) {
  const of = (metric, value) => (metrics[metric] ? metrics[metric].values[value] : 0);
  const count = (metric) => of(metric, 'count');
  const errorsOf = {};
  for (const kind of kinds) {
    errorsOf[kind] = count(`errors_by{kind:${kind}}`);
  }
  // What k6 was stopped in the middle of has neither answer nor error.
  const cut = count('requests') - count('latency') - count('errors');
  errorsOf.interrupted = cut;
  errorsOf[NOT_TOLD] = collector ? count('begun') - count('settled') : 0;
  const first = of('numbers', 'min');
  const part = shared && { first, step: shared.machines, deliveries: count('begun') };
  // k6 may have been stopped between the number of a delivery and its beginning.
  const gap = part && count('begun') > 0 && of('numbers', 'max') !== first + part.step * (part.deliveries - 1);
  const from = of('began', 'min') || Date.now();
  const took = Math.max(0, of('ended', 'max') - from);
  const aSecond = (n) => (took > 0 ? (n * 1000) / took : 0);
  const ms = (value) => Math.round(of('latency', value) * 1000) / 1000;
  return {
    version: 1,
    started: new Date(from).toISOString(),
    duration_ms: took,
    interrupted: cut > 0 || Boolean(gap),
    url,
    assertions: load.assertions.map((asserted) => judged(asserted, metrics)),
    unknown: 'k6 does not see what comes of an event',
    deliveries: count('requests'),
    events: count('events'),
    events_per_second: aSecond(count('events')),
    deliveries_per_second: aSecond(count('requests')),
    // Of a closed model k6 counts what it had no time for.
    dropped: load.open ? count('dropped_iterations') : 0,
    errors: count('errors') + cut,
    errors_by: Object.fromEntries(Object.entries(errorsOf).filter(([, n]) => n > 0)),
    acknowledged: count('acknowledged'),
    handled: null,
    lost: null,
    duplicated: null,
    unexpected: null,
    recovered: null,
    latency_ms: count('latency') ? { p50: ms('p(50)'), p90: ms('p(90)'), p99: ms('p(99)'), max: ms('max') } : null,
    seconds: null,
    series: load.series,
    part: part && !gap ? part : undefined,
  };
}

// judged is what k6 says of an assertion.
function judged({ assertion, metric, value, threshold }, metrics) {
  if (metric === 'latency' && !metrics.latency.values.count) {
    return { assertion, holds: null, actual: 'nothing shows it' };
  }
  const actual = Math.round(metrics[metric].values[value] * 1000) / 1000;
  return { assertion, holds: metrics[metric].thresholds[threshold].ok, actual: metric === 'latency' ? `${actual}ms` : `${actual}` };
}

// textOf is a result for people.
function textOf(result) {
  const line = (name, text) => `${name.padStart(14)}  ${text}\n`;
  const by = Object.keys(result.errors_by).map((kind) => `${kind} ${result.errors_by[kind]}`);
  let text = line('events', `${result.events} in ${result.deliveries} deliveries, ${Math.round(result.events_per_second)} events a second`);
  text += line('acknowledged', result.acknowledged);
  text += line('dropped', `${result.dropped} deliveries that no virtual user was free for`);
  text += line('errors', `${result.errors} deliveries${by.length ? `: ${by.join(', ')}` : ''}`);
  const l = result.latency_ms;
  if (l) {
    text += line('latency', `p50 ${l.p50}ms  p90 ${l.p90}ms  p99 ${l.p99}ms  max ${l.max}ms`);
  }
  for (const { assertion, holds, actual } of result.assertions) {
    text += holds === null ? `? ${assertion}: ${actual}\n` : `${holds ? '✓' : '✗'} ${assertion}: it is ${actual}\n`;
  }
  if (!result.acknowledged) {
    text += '✗ Nothing was acknowledged.\n';
  }
  return text;
}
