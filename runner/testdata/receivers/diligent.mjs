// A receiver that does everything right, in plain Node. It has nothing from the receivers
// that Referee prints: what is judged conformant has to be more than one piece of code.
import crypto from 'node:crypto'
import http from 'node:http'

const { REFEREE_APP_SECRET, REFEREE_VERIFY_TOKEN, REFEREE_PAGE_TOKEN, REFEREE_GRAPH_URL, REFEREE_RECEIPTS_URL } = process.env
const mostBytes = 16 * 1024 * 1024
const memory = 3600 * 1000 // ms; Meta delivers again for an hour

const done = new Map() // what was handled, and when

function isNew (event) {
  const now = Date.now()
  for (const [key, at] of done) {
    if (now - at < memory) break
    done.delete(key)
  }
  const mid = event.message?.mid || event.postback?.mid
  const key = typeof mid === 'string' ? mid : crypto.createHash('sha1').update(JSON.stringify(event)).digest('base64')
  if (done.has(key)) return false
  done.set(key, now)
  return true
}

const object = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const objects = (value) => Array.isArray(value) ? value.filter(object) : []

// Standby is not ours to handle, nor are changes of the page.
function eventsOf (delivery) {
  if (!object(delivery)) return []
  const changes = [delivery, ...objects(delivery.entry).flatMap((entry) => objects(entry.changes))]
    .filter(({ field, value }) => typeof field === 'string' && field.startsWith('messaging_') && object(value))
  return [...objects(delivery.entry).flatMap((entry) => objects(entry.messaging)), ...changes.map(({ value }) => value)]
}

function signed (body, header) {
  const digest = /^sha256=([0-9a-f]{64})$/.exec(header ?? '')
  return digest !== null && crypto.timingSafeEqual(Buffer.from(digest[1], 'hex'), crypto.createHmac('sha256', REFEREE_APP_SECRET).update(body).digest())
}

async function call (url, message) {
  for (const pause of [100, 400, 0]) {
    const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(message) }).catch(() => undefined)
    if (answer !== undefined && answer.status < 500) return
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

function receiptOf ({ sender, recipient, timestamp, message, postback, referral }) {
  const kind = object(referral) ? 'referral' : object(postback) ? 'postback' : 'other'
  const receipt = { kind, sender, recipient }
  const at = Number(timestamp)
  if (timestamp !== undefined && !Number.isNaN(at)) receipt.timestamp_ms = at < 100_000_000_000 ? at * 1000 : at
  if (object(postback)) {
    receipt.postback = { ...postback }
    delete receipt.postback.referral
  }
  receipt.referral = [referral, postback?.referral, message?.referral].find(object)
  return receipt
}

async function handle (event) {
  if (event.message?.is_echo) return
  const receipt = receiptOf(event)
  await call(REFEREE_RECEIPTS_URL, receipt)
  if (receipt.kind === 'other' || !object(event.sender)) return
  await call(`${REFEREE_GRAPH_URL}/me/messages?access_token=${encodeURIComponent(REFEREE_PAGE_TOKEN)}`,
    { recipient: event.sender, messaging_type: 'RESPONSE', message: { text: 'Nice to meet you.' } })
}

function subscribe (query, respond) {
  const challenge = query.get('hub.challenge')
  const ours = query.get('hub.mode') === 'subscribe' && query.get('hub.verify_token') === REFEREE_VERIFY_TOKEN
  if (ours && challenge) respond(200, challenge)
  else respond(403)
}

function receive (request, respond) {
  const parts = []
  let bytes = 0
  request.on('error', () => {}) // who broke off gets no answer
  request.on('data', (part) => {
    bytes += part.length
    if (bytes <= mostBytes) parts.push(part)
  })
  request.on('end', () => {
    if (bytes > mostBytes) return respond(413)
    const body = Buffer.concat(parts)
    if (!signed(body, request.headers['x-hub-signature-256'])) return respond(401)
    let delivery
    try {
      delivery = JSON.parse(body)
    } catch {
      return respond(400)
    }
    respond(200, 'ok')
    for (const event of eventsOf(delivery)) if (isNew(event)) handle(event).catch((error) => console.error(error))
  })
}

http.createServer((request, response) => {
  const respond = (status, text = '') => response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
  if (request.method === 'GET') subscribe(new URL(request.url, 'http://localhost').searchParams, respond)
  else if (request.method === 'POST') receive(request, respond)
  else respond(405)
}).listen(Number(process.env.PORT), '127.0.0.1')
