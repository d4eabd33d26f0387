// The smallest caller of the Send API in Node, by the module https.
import https from 'node:https'

https.request('https://graph.facebook.com/v23.0/me/messages', {
  method: 'POST',
  headers: { 'content-type': 'application/json' }
}, (response) => {
  if (response.statusCode !== 200) throw new Error('status ' + response.statusCode)
  response.resume()
}).end('{"recipient":{"id":"1"},"message":{"text":"hello"}}')
