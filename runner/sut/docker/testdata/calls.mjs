// A receiver that calls the Graph API by both of Node's clients, with the host
// written in.
import { createServer } from 'node:http'
import { get } from 'node:https'

const me = 'https://graph.facebook.com/v23.0/me'

const byFetch = async () => (await fetch(me)).text()

const byHTTPS = () => new Promise((resolve, reject) => {
  get(me, async (response) => {
    let text = ''
    for await (const chunk of response) text += chunk
    resolve(text)
  }).on('error', reject)
})

createServer(async (request, response) => {
  const call = { '/fetch': byFetch, '/https': byHTTPS }[request.url]
  if (!call) return response.writeHead(403).end()
  try {
    response.end(await call())
  } catch (error) {
    response.end(String(error.cause ?? error))
  }
}).listen(process.env.PORT)
