// A bot that shows a typing indicator and sends two messages for each event.
//
// Planted: it checks the SHA-1 signature, and the SHA-256 one not at all, and calls a
// version of the Graph API that has ended.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const { PORT, MESSENGER_APP_SECRET, MESSENGER_VALIDATION_TOKEN, MESSENGER_PAGE_ACCESS_TOKEN } = process.env

async function call (parameters) {
  const response = await fetch('https://graph.facebook.com/v12.0/me/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...parameters, access_token: MESSENGER_PAGE_ACCESS_TOKEN })
  })
  if (!response.ok) console.error('Graph API:', await response.text())
}

const seen = new Set()

async function answer (event) {
  const { id, user_ref: visitor } = event?.sender ?? {}
  const text = event?.message && !event.message.is_echo && event.message.text
  if (!(id || visitor) || !(text || event.postback || event.referral)) return
  const identity = event.message?.mid ?? event.postback?.mid ?? JSON.stringify(event)
  if (seen.has(identity)) return
  seen.add(identity)
  const recipient = id ? { id } : { user_ref: visitor }
  await call({ recipient, sender_action: 'typing_on' })
  await call({ recipient, messaging_type: 'RESPONSE', message: { text: 'Thank you for getting in touch.' } })
  await call({ recipient, messaging_type: 'RESPONSE', message: { text: 'Somebody will be with you soon.' } })
}

function genuine (body, header = '') {
  const [algorithm, digest = ''] = header.split('=')
  if (algorithm !== 'sha1') return false
  const want = createHmac('sha1', MESSENGER_APP_SECRET).update(body).digest('hex')
  return digest.length === want.length && timingSafeEqual(Buffer.from(digest), Buffer.from(want))
}

const list = (value) => Array.isArray(value) ? value : []

async function receive (request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (!genuine(body, request.headers['x-hub-signature'])) return response.writeHead(401).end()
  let delivery
  try {
    delivery = JSON.parse(body)
  } catch {
    return response.writeHead(400).end()
  }
  response.end('ok')
  for (const entry of list(delivery?.entry)) {
    for (const event of list(entry?.messaging)) answer(event).catch(console.error)
  }
}

function verify (request, response) {
  const query = new URL(request.url, 'http://localhost').searchParams
  if (query.get('hub.mode') !== 'subscribe' || query.get('hub.verify_token') !== MESSENGER_VALIDATION_TOKEN) {
    return response.writeHead(403).end()
  }
  response.setHeader('content-type', 'text/plain')
  response.end(query.get('hub.challenge'))
}

createServer((request, response) => {
  if (request.method === 'GET') verify(request, response)
  else receive(request, response).catch((error) => response.destroy(error))
}).listen(PORT, 'localhost')
