// A bot that answers messages, buttons and links.
//
// Planted: it takes for granted that every entry has messaging. One without, as
// those of standby and changes are, ends the process after the acknowledgement,
// and the events that came beside it are lost. It calls a version of the Graph API
// that has ended.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import https from 'node:https'

const { PORT, APP_SECRET, VERIFY_TOKEN, PAGE_ACCESS_TOKEN } = process.env

function genuine (body, header = '') {
  const want = Buffer.from('sha256=' + createHmac('sha256', APP_SECRET).update(body).digest('hex'))
  const got = Buffer.from(header)
  return got.length === want.length && timingSafeEqual(got, want)
}

function send (recipient, text) {
  const body = JSON.stringify({ recipient, messaging_type: 'RESPONSE', message: { text } })
  const request = https.request('https://graph.facebook.com/v2.6/me/messages?access_token=' + PAGE_ACCESS_TOKEN, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  }, (response) => response.resume())
  request.on('error', console.error)
  request.end(body)
}

const seen = new Set()

function handle (event) {
  const { id, user_ref: visitor } = event?.sender ?? {}
  if (!id && !visitor) return
  const identity = event.message?.mid ?? event.postback?.mid ?? JSON.stringify(event)
  if (seen.has(identity)) return
  seen.add(identity)
  const recipient = id ? { id } : { user_ref: visitor }
  if (event.message?.text && !event.message.is_echo) send(recipient, `You said "${event.message.text}"`.slice(0, 2000))
  else if (event.postback) send(recipient, 'Let us begin.')
  else if (event.referral) send(recipient, 'Nice to see you here.')
}

createServer((request, response) => {
  if (request.method === 'GET') {
    const query = new URL(request.url, 'http://localhost').searchParams
    const known = query.get('hub.mode') === 'subscribe' && query.get('hub.verify_token') === VERIFY_TOKEN
    response.writeHead(known ? 200 : 403, { 'Content-Type': 'text/plain' }).end(known ? query.get('hub.challenge') : '')
    return
  }
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    if (!genuine(body, request.headers['x-hub-signature-256'])) return response.writeHead(403).end()
    let delivery
    try {
      delivery = JSON.parse(body)
    } catch {
      return response.writeHead(400).end()
    }
    response.writeHead(200).end('EVENT_RECEIVED')
    for (const entry of delivery?.entry ?? []) {
      entry.messaging.forEach(handle)
    }
  })
}).listen(PORT, 'localhost')
