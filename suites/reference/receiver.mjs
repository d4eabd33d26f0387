#!/usr/bin/env node
// A webhook receiver for Messenger that does what Meta requires.
//
// One file, nothing but the standard library of Node 18.3 or newer: copy it and
// put your bot in the place of handle(). It stands behind a proxy that speaks TLS.
//
// - The verification handshake is answered byte for byte, for the right token only.
// - A delivery is believed only if X-Hub-Signature-256 fits its raw bytes.
// - A delivery is acknowledged at once; the work waits in a bounded queue.
// - Every event is handled once, however often it is delivered within an hour.
// - Handover copies (standby), page changes and echoes are left alone.
// - Members that are unknown, missing or of another type are no reason to fail.
//
// receiver.py is the same in Python, part by part.
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

// ---- Settings ----

const { env } = process

function required(name) {
  if (env[name]) return env[name]
  // Without its secret a receiver would believe everybody, or nobody.
  console.error(`${name} is not set; the receiver cannot work without it`)
  process.exit(1)
}

const APP_SECRET = required('REFEREE_APP_SECRET')
// Of an app with Instagram Login: what Instagram's deliveries are signed with.
const INSTAGRAM_SECRET = env.REFEREE_INSTAGRAM_SECRET || APP_SECRET
const VERIFY_TOKEN = required('REFEREE_VERIFY_TOKEN')
const PAGE_TOKEN = required('REFEREE_PAGE_TOKEN')
// To whom the token belongs, a page and its account on Instagram; without any, all get replies.
const ACCOUNTS = [process.env.REFEREE_PAGE_ID, process.env.REFEREE_INSTAGRAM_ID].filter(Boolean)
const GRAPH_URL = (env.REFEREE_GRAPH_URL || 'https://graph.facebook.com').replace(/\/+$/, '')
const RECEIPTS_URL = env.REFEREE_RECEIPTS_URL // for Referee alone; none in production
const HOST = env.BIND || '127.0.0.1' // BIND=0.0.0.0 in a container
const PORT = Number(env.PORT || 8080)

const MAX_BODY = 8 << 20 // bytes; deliveries of over 300 KB were seen
const MAX_CONNECTIONS = 4096 // further ones are closed
const MAX_WAITING = 10_000 // events that are acknowledged and not done
const WORKERS = 128 // people who are served at the same time
const IDLE_MS = 60_000 // for a connection without a request
const HEAD_MS = 10_000 // for the head of a request to come in
const REQUEST_MS = 30_000 // for a request to come in, its body included
const CALL_MS = 20_000 // for the Graph API to answer
const GRACE_MS = 2_000 // for the work in flight, when the process is told to end
const MEMORY_MS = 3_600_000 // Meta delivers again for an hour
const MEMORY_LIMIT = 200_000 // events

// ---- Handshake and signature ----

// Refused says with which status and text a request is refused.
class Refused extends Error {
  constructor(status, text) {
    super(text)
    this.status = status
  }
}

// same compares in constant time. The digests have one length, whatever came in.
function same(a, b) {
  const digest = (bytes) => createHash('sha256').update(bytes).digest()
  return timingSafeEqual(digest(a), digest(b))
}

// handshake returns the challenge that Meta sends when a callback URL is entered.
function handshake(query) {
  const parameters = query.split('&').map((pair) => pair.split(/=(.*)/s).map(decode))
  const only = (name) => { // of two values, two programs may believe different ones
    const given = parameters.filter(([key]) => key.toString() === name)
    return given.length === 1 ? given[0][1] ?? Buffer.alloc(0) : Buffer.alloc(0)
  }
  if (only('hub.mode').toString() !== 'subscribe' || !same(only('hub.verify_token'), VERIFY_TOKEN)) {
    throw new Refused(403, 'the verify token does not fit\n')
  }
  if (only('hub.challenge').length === 0) throw new Refused(400, 'hub.challenge is missing\n')
  return only('hub.challenge')
}

// decode returns the bytes of a part of a query. URLSearchParams would make
// text of them, and replace what is no UTF-8: the challenge is opaque.
function decode(text) {
  const escapes = text.replaceAll('+', ' ').replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(escapes, 'latin1') // Node has one character for each byte of a URL
}

// secretOf returns the secret that a body has to be signed with. Nothing else in it is
// believed yet.
function secretOf(body) {
  if (INSTAGRAM_SECRET === APP_SECRET) return APP_SECRET
  try {
    return parse(body)?.object === 'instagram' ? INSTAGRAM_SECRET : APP_SECRET
  } catch { // not JSON, or nested without an end
    return APP_SECRET
  }
}

// authentic tells whether Meta signed these bytes. The older X-Hub-Signature
// (SHA-1) counts for nothing, or a forger could choose the weaker of the two.
// Of a header that comes twice Node makes one text, which fits nothing.
function authentic(signature, body) {
  return same(signature ?? '', 'sha256=' + createHmac('sha256', secretOf(body)).update(body).digest('hex'))
}

// ---- From bytes to events ----

// A number that JavaScript would round is kept as a string that begins with this
// mark, which nobody can guess: ids keep all their digits.
const EXACT = `number ${randomUUID()} `
const EXACT_QUOTED = new RegExp(`"${EXACT}([^"]*)"`, 'g')

// parse takes a body that is one JSON value.
function parse(body) {
  const json = body.toString('utf8')
  JSON.parse(json) // what follows may trust that it is JSON
  let quoted = false
  return JSON.parse(json.replace(/\\.|"|-?\d[\d.eE+-]*/gs, (token) => {
    if (token === '"') quoted = !quoted
    return quoted || !/^[-\d]/.test(token) || String(Number(token)) === token ? token : `"${EXACT}${token}"`
  }))
}

// encode is JSON.stringify with the digits that parse kept.
const encode = (value) => JSON.stringify(value).replace(EXACT_QUOTED, '$1')

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

// objects returns the objects in what should be an array of them.
const objects = (value) => Array.isArray(value) ? value.filter(isObject) : []

// text returns a string, or a number as text; '' for anything else. Ids were numbers until 2016.
const text = (value) => ['string', 'number'].includes(typeof value) ? String(value).replace(EXACT, '') : ''

// events returns the events of a delivery that are ours, in order. They stand in
// entry[].messaging[], in entry[].changes[] with a messaging field, or alone as
// field and value. entry[].standby[] is another app's.
function events(doc) {
  if (typeof doc?.field === 'string' && isObject(doc.value) && doc.field !== 'standby') return [doc.value]
  return objects(doc?.entry).flatMap((entry) => [
    ...objects(entry.messaging),
    ...objects(entry.changes).filter((change) => text(change.field).startsWith('messaging_') && isObject(change.value)).map((change) => change.value),
  ])
}

// isEcho tells whether the page itself sent this. A bot that answers its echoes
// talks to itself. Samples have strings.
const isEcho = (event) => [true, 'true'].includes(event.message?.is_echo)

// identity names an event so that its second delivery has the same name: by its
// mid. Referrals have none; of these the whole event counts, whatever the order
// of its members. Person and time would not do: two events may share them.
function identity(event) {
  const mids = [event.postback?.mid, event.message?.mid]
  const named = mids.find((mid) => typeof mid === 'string' && mid !== '') ?? event
  const sorted = JSON.stringify(named, (_, value) => isObject(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
    : value)
  return createHash('sha256').update(sorted).digest('base64')
}

// sender says who sent an event, as a recipient of the Send API; null if nobody did.
function sender(event) {
  for (const name of ['id', 'user_ref']) { // user_ref: known to a website plugin only
    if (text(event.sender?.[name])) return { [name]: text(event.sender[name]) }
  }
  return null
}

// ours says whether an event came for an account that the token belongs to.
function ours(event) {
  const account = text(event.recipient?.id)
  return !account || ACCOUNTS.length === 0 || ACCOUNTS.includes(account)
}

// ---- What the bot does ----

// handle answers one event: here is the place for your bot.
async function handle(event) {
  const receipt = understand(event)
  if (RECEIPTS_URL) await call(RECEIPTS_URL, receipt)
  const person = sender(event)
  if (person && receipt.kind !== 'other' && ours(event)) {
    const message = { text: 'Thanks, we will get back to you.' }
    await call(`${GRAPH_URL}/v26.0/me/messages`, { recipient: person, messaging_type: 'RESPONSE', message }, PAGE_TOKEN)
  }
}

// understand says what an event means: its kind, who, when, and where the person came from.
function understand(event) {
  const kind = isObject(event.referral) ? 'referral' : isObject(event.postback) ? 'postback' : 'other'
  const receipt = { kind }
  for (const name of ['sender', 'recipient']) {
    if (isObject(event[name])) receipt[name] = event[name]
  }
  const at = milliseconds(event.timestamp)
  if (at) receipt.timestamp_ms = at
  if (isObject(event.postback)) {
    const { referral, ...postback } = event.postback
    receipt.postback = postback
  }
  // Who comes back brings a referral event; who comes for the first time has it
  // in the Get Started postback or in the first message.
  const referral = [event.referral, event.postback?.referral, event.message?.referral].find(isObject)
  if (referral) receipt.referral = referral
  return receipt
}

// milliseconds returns a time in ms since 1970, 0 if it is none. Some events have
// seconds, samples have strings.
function milliseconds(timestamp) {
  const number = Number(text(timestamp))
  if (!(number > 0 && number < 2 ** 53)) return 0
  return Math.round(number >= 1e11 ? number : number * 1000) // as ms, smaller ones would lie before March 1973
}

// call POSTs an object as JSON. Only a lost connection is tried again, and once.
// Whatever was answered is the answer: who repeats a refused call uses up the
// page's rate limit, and who repeats one that timed out may say things twice.
async function call(url, payload, token) {
  const headers = { 'Content-Type': 'application/json' }
  if (token) headers.Authorization = `Bearer ${token}` // a URL would end up in logs
  const signal = AbortSignal.timeout(CALL_MS)
  for (const pause of [100, null]) {
    try {
      // A token goes nowhere but where it was sent: redirects are not followed.
      const response = await fetch(url, { method: 'POST', headers, body: encode(payload), redirect: 'manual', signal })
      await response.arrayBuffer().catch(() => {}) // frees the connection; it may be anything, also HTML
      if (!response.ok) console.error(`a call was answered with status ${response.status}`)
      return
    } catch (error) {
      if (signal.aborted || pause === null) {
        console.error(`a call was not answered: ${error.cause?.message ?? error.message}`)
        return
      }
    }
    await sleep(pause)
  }
}

// ---- The queue ----

// Work has the events that are acknowledged: each once, one person's in order,
// people side by side. It lives in memory, as an example may: what is
// acknowledged when the process dies is lost. A database with a unique column in
// place of known does better.
class Work {
  known = new Map() // identity -> when it came, oldest first
  lanes = new Map() // person -> events that wait for their turn
  ready = [] // people who wait for a worker
  running = 0 // workers
  waiting = 0 // events
  open = true
  idle = () => {} // called when there is nothing to do

  // add takes [identity, event] pairs; false if there is no room, and then none is taken.
  add(named) {
    if (!this.open || this.waiting >= MAX_WAITING) return false
    for (const [name, event] of named) {
      if (!this.first(name)) continue
      this.waiting++
      const person = JSON.stringify(sender(event) ?? name)
      if (this.lanes.has(person)) {
        this.lanes.get(person).push(event)
      } else {
        this.lanes.set(person, [event])
        this.ready.push(person)
      }
    }
    while (this.running < WORKERS && this.ready.length > 0) this.run()
    return true
  }

  // first tells whether an identity is new, and remembers it.
  first(name) {
    const now = performance.now()
    for (const [oldest, at] of this.known) {
      if (now - at < MEMORY_MS && this.known.size < MEMORY_LIMIT) break
      this.known.delete(oldest)
    }
    if (this.known.has(name)) return false
    this.known.set(name, now)
    return true
  }

  // run is a worker: it handles the events of one person after the other.
  async run() {
    this.running++
    for (let person; (person = this.ready.shift()) !== undefined;) {
      for (let event; (event = this.lanes.get(person).shift()) !== undefined;) {
        try {
          await handle(event)
        } catch (error) { // one strange event must not cost the others
          console.error('an event was not handled:', error)
        }
        this.waiting--
      }
      this.lanes.delete(person)
    }
    this.running--
    if (this.waiting === 0) this.idle()
  }

  // close takes no more, and gives what is there a while.
  async close() {
    this.open = false
    if (this.waiting > 0) await Promise.race([new Promise((resolve) => { this.idle = resolve }), sleep(GRACE_MS)])
  }
}

const work = new Work()

// ---- HTTP ----

// deliver takes one delivery. It is in the queue before it is acknowledged, and
// no call has been waited for.
function deliver(signature, body) {
  if (!authentic(signature, body)) throw new Refused(403, 'the signature does not fit\n')
  let named
  try {
    named = events(parse(body)).filter((event) => !isEcho(event)).map((event) => [identity(event), event])
  } catch { // not JSON, or nested without an end
    throw new Refused(400, 'the body is not JSON\n')
  }
  if (!work.add(named)) throw new Refused(503, 'too busy, send it again\n')
  return 'EVENT_RECEIVED'
}

// read returns the raw body: the signature is over these very bytes.
async function read(request) {
  const body = []
  let size = 0
  for await (const piece of request) {
    size += piece.length
    if (size <= MAX_BODY) body.push(piece)
  }
  // The rest of a long body was read and dropped: closing a connection with bytes
  // unread resets it, and the answer may be lost in that.
  if (size > MAX_BODY) throw new Refused(413, 'the body is too large\n')
  return Buffer.concat(body)
}

// serve answers one request, whatever its path is.
async function serve(request, response) {
  let status = 200
  let answer
  try {
    const body = await read(request)
    if (request.method === 'GET') answer = handshake(request.url.split(/\?(.*)/s)[1] ?? '')
    else if (request.method === 'POST') answer = deliver(request.headers['x-hub-signature-256'], body)
    else throw new Refused(405, 'use GET or POST\n')
  } catch (error) {
    if (request.errored) return // the peer has gone; Meta delivers again
    let refused = error
    if (!(error instanceof Refused)) { // a bug; strangers need not see where
      console.error('a request was not answered:', error)
      refused = new Refused(500, 'internal error\n')
    }
    status = refused.status
    answer = refused.message
  }
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Content-Length', Buffer.byteLength(answer))
  if (status === 405) response.setHeader('Allow', 'GET, POST')
  if (status === 503) response.setHeader('Retry-After', '1')
  response.writeHead(status).end(answer)
}

const server = createServer({ headersTimeout: HEAD_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: IDLE_MS }, serve)
server.maxConnections = MAX_CONNECTIONS
// A burst of connections is no reason to refuse: so many may wait to be accepted.
server.listen({ port: PORT, host: HOST, backlog: 1024 }, () => {
  console.log(`listening at http://${HOST}:${server.address().port}/webhook`)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    server.close()
    await work.close()
    process.exit() // an idle connection or a call that hangs does not keep the process
  })
}
