// The smallest caller of the Send API in Node, by fetch.
const response = await fetch('https://graph.facebook.com/v23.0/me/messages', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"recipient":{"id":"1"},"message":{"text":"hello"}}'
})
if (!response.ok) throw new Error(response.status + ' ' + await response.text())
