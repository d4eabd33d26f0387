// A bot as many write it. It looks right, and is not: Referee shows where.
const crypto = require('crypto')
const http = require('http')

const secret = process.env.FB_APP_SECRET
const send = 'https://graph.facebook.com/v25.0/me/messages?access_token=' + process.env.FB_PAGE_TOKEN
const seen = new Set()

async function serve(request, answer) {
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname !== '/webhook') return answer.writeHead(404).end()
  if (request.method === 'GET') {
    const right = url.searchParams.get('hub.mode') === 'subscribe' && url.searchParams.get('hub.verify_token') === process.env.FB_VERIFY_TOKEN
    return answer.writeHead(right ? 200 : 403).end(right ? url.searchParams.get('hub.challenge') : '')
  }
  const body = Buffer.concat(await request.toArray())
  if (!signed(body, request.headers['x-hub-signature-256'])) return answer.writeHead(403).end()
  for (const entry of objects(JSON.parse(body).entry)) {
    for (const event of objects(entry.messaging)) handle(event)
  }
  answer.end('EVENT_RECEIVED')
}

function handle(event) {
  const psid = event.sender.id
  const mid = event.message?.mid ?? event.postback?.mid ?? JSON.stringify(event)
  if (seen.has(mid) || event.message?.is_echo) return
  seen.add(mid)
  if (event.message?.text || event.postback || event.referral) {
    reply(psid ? { id: psid } : { user_ref: event.sender.user_ref }, 'Welcome to the spring shop!')
  }
}

function objects(list) {
  return Array.isArray(list) ? list.filter((one) => one?.constructor === Object) : []
}

function reply(recipient, text) {
  const body = JSON.stringify({ recipient, messaging_type: 'RESPONSE', message: { text } })
  fetch(send, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(console.error)
}

function signed(body, signature = '') {
  const right = Buffer.from('sha256=' + crypto.createHmac('sha256', secret).update(body).digest('hex'))
  const given = Buffer.from(signature)
  return given.length === right.length && crypto.timingSafeEqual(given, right)
}

http.createServer((request, answer) => serve(request, answer).catch((problem) => {
  console.error(problem)
  if (!answer.headersSent) answer.writeHead(500).end('Internal Server Error')
})).listen(process.env.PORT ?? 3000, '127.0.0.1')
