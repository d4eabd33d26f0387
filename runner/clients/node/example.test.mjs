// A test of a bot by what it answers to Meta: node --test example.test.mjs
//
// It needs `referee` on the PATH. The bot here is the reference receiver.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Referee } from './referee.mjs'

const bot = ['node', fileURLToPath(new URL('../../../suites/reference/receiver.mjs', import.meta.url))]
let referee

before(async () => { referee = await Referee.start({ bot }) })
beforeEach(() => referee.reset())
after(() => referee.stop())

test('it greets who clicks on an ad', async () => {
  const click = await referee.send('referral.ads', { person: 'Ada', set: { '/referral/ref': 'summer' } })
  assert.equal(click.status, 200)
  assert.equal(click.events[0].referral.ref, 'summer')

  const reply = await referee.reply(click)
  assert.deepEqual(reply.recipient, click.events[0].sender)
  assert.equal(reply.message.text, 'Thanks, we will get back to you.')
})

test('it greets who comes by a link', async () => {
  const link = await referee.act('Grace', { type: 'link', ref: 'shop' })
  const reply = await referee.reply(link)
  assert.equal(reply.recipient.id, link.events[0].sender.id)
})

test('it refuses what is signed with another secret', async () => {
  const forged = await referee.send('referral.ads', { person: 'Eve', faults: ['wrong-secret'] })
  assert.equal(forged.status, 403)
  await referee.reply(await referee.send('referral.ads', { person: 'Ada' })) // by then it would have answered
  const { exchanges } = await referee.call('GET', 'exchanges?kind=send&person=Eve')
  assert.deepEqual(exchanges, [])
})

test('numbers that JavaScript would change go both ways as text', async () => {
  const sent = JSON.parse(await referee.raw('POST', 'events', '{"variant": "referral.ads", "person": "Ada", "set": {"/referral/ad_id": 120210000000000001, "/timestamp": 1.10}}'))
  const delivery = await referee.raw('GET', `exchanges/${sent.exchange}`)
  const { request } = JSON.parse(delivery)
  assert.match(request.body.text, /"ad_id":120210000000000001\b/)
  assert.match(request.body.text, /"timestamp":1\.10\b/)

  const reply = await referee.reply(sent)
  assert.equal(JSON.parse(reply.body).message.text, reply.message.text)
})

test('what it never says is an error that says why', async () => {
  const text = await referee.act('Ada', { type: 'text', text: 'Hi' }) // which this bot leaves alone
  await assert.rejects(referee.reply(text, { timeout: 100 }), { message: 'the bot sent Ada no message within 100 ms' })

  await referee.call('POST', 'faults', { fault: 'rate-limited', edge: 'messages' })
  const click = await referee.send('referral.ads', { person: 'Ada' })
  await referee.call('GET', 'exchanges/wait?kind=send&person=Ada')
  await assert.rejects(referee.reply(click, { timeout: 100 }), /no message within 100 ms; the platform refused .*Thanks.* with .*"code":613/)

  await assert.rejects(referee.send('referral.adz'), { message: /there is no variant "referral.adz"/, status: 404 })
})

test('a bot that does not start, or dies, is an error that says why', async () => {
  await assert.rejects(Referee.start({ bot: 'echo no configuration; exit 4' }), /exit code 3[^]*no configuration/)

  const dying = await Referee.start({ bot: [process.execPath, '-e', `
    require('node:http').createServer((request, answer) => {
      if (request.method === 'POST') throw new Error('no idea')
      answer.end(new URL(request.url, 'http://bot').searchParams.get('hub.challenge'))
    }).listen(process.env.PORT)`] })
  await assert.rejects(async () => dying.reply(await dying.send('referral.ads')), /exit code 3[^]*no idea/)
  await dying.stop()
})
