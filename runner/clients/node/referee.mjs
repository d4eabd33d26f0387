// A client of the control API of `referee serve`, for tests of a bot in Node 18 or newer.
//
// One file, nothing but the standard library: copy it beside your tests. example.test.mjs
// shows how it is used; ../python/referee.py is the same in Python. What it has no method
// for is done with call(): GET /api/v1/openapi.json lists it.
//
// Numbers above 2^53 lose their last digits where JavaScript reads or writes JSON, and 1.10
// becomes 1.1. raw() takes and gives text as it is, and so do reply().body and exchange().
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export class Referee {
  // start starts `referee serve` with further arguments and, beside it, a bot: a line for
  // the shell, or a program with its arguments. The platform and the bot are ready then.
  // stop() ends both, and so does the end of this process.
  static async start({ bot = [], args = [], program = 'referee' } = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'referee-'))
    const addresses = join(folder, 'addresses.json')
    const output = join(folder, 'output.txt')
    const command = [].concat(bot)
    const log = openSync(output, 'w')
    const serve = spawn(program, ['serve', '--addr-file', addresses, ...args, ...(command.length ? ['--', ...command] : [])], { stdio: ['ignore', log, log] })
    closeSync(log)
    const kill = () => serve.kill()
    process.once('exit', kill)
    const ended = new Promise((resolve) => {
      serve.once('error', (error) => resolve(error.message))
      serve.once('exit', (code, signal) => resolve(`${program} serve ended: ${signal ?? `exit code ${code}`}`))
    }).finally(() => process.removeListener('exit', kill))

    for (;;) {
      const text = await readFile(addresses, 'utf8').catch(() => '') // not yet
      if (text) {
        const referee = new Referee(JSON.parse(text))
        referee.serve = { serve, ended, folder, output }
        return referee
      }
      const how = await Promise.race([ended, sleep(20)])
      if (how) {
        const said = await readFile(output, 'utf8')
        await rm(folder, { recursive: true })
        throw new Error(`${how}\n${said}`)
      }
    }
  }

  // Of a platform that runs already: the addresses in its --addr-file, and its token, if
  // the console wants one.
  constructor({ console, platform, app_id, page_id, token }) {
    Object.assign(this, { console, platform, appID: app_id, pageID: page_id, token })
  }

  // call makes one request: call('POST', 'faults', { fault: 'duplicate', next: 1 }). It
  // returns what came, and throws what the platform says is wrong.
  async call(method, path, body) {
    const text = await this.raw(method, path, JSON.stringify(body))
    return text ? JSON.parse(text) : null
  }

  // raw is call() with the text of JSON in place of values, sent as it is, and returned as
  // it came: raw('POST', 'events', '{"variant": "referral.ads", "set": {"/referral/ad_id": 120210000000000001}}').
  async raw(method, path, body) {
    const headers = {}
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    if (this.token) headers.Authorization = `Bearer ${this.token}`
    const answer = await fetch(`${this.console}/api/v1/${path}`, { method, headers, body })
      .catch(async (error) => { throw await this.#gone() ?? error })
    const text = await answer.text()
    if (answer.ok) return text
    const document = JSON.parse(text)
    if (answer.status === 503) throw await this.#gone() ?? new Error(document.detail)
    const details = (document.errors ?? []).map((e) => `${e.message} (${e.location})`)
    throw Object.assign(new Error([document.detail, ...details].join(': ')), { status: answer.status })
  }

  // gone is why the platform that start() started answers no more, such as a bot that has
  // died; nothing where it goes on.
  async #gone() {
    const how = this.serve && await Promise.race([this.serve.ended, sleep(5000)])
    return how && new Error(`${how}\n${await readFile(this.serve.output, 'utf8')}`)
  }

  // send lets an event of the catalogue happen, and returns when the bot has answered the
  // delivery: status is with what. More says for whom, and what is other than in the
  // catalogue: { person: 'Ada', set: { '/referral/ref': 'summer' } }.
  send(variant, more = {}) {
    return this.call('POST', 'events', { variant, ...more })
  }

  // act lets a person do something in Messenger: act('Ada', { type: 'text', text: 'Hi' }).
  async act(person, action) {
    await this.call('POST', 'people', { name: person })
    return this.call('POST', `people/${encodeURIComponent(person)}/actions`, action)
  }

  // reply waits for the first message that the bot sends to who did this, after it, and that
  // the platform accepts; it is what the bot gave the Send API, with body, the text of it.
  // After { after: reply } it is the next one. timeout is in milliseconds.
  async reply(sent, { after = sent, timeout = 10_000 } = {}) {
    const until = Date.now() + timeout
    let refused = ''
    for (let seq = after.exchange; ;) {
      const query = new URLSearchParams({ kind: 'send', person: sent.person, after: seq, timeout: `${Math.max(until - Date.now(), 1)}ms` })
      let exchange
      try {
        exchange = await this.call('GET', `exchanges/wait?${query}`)
      } catch (error) {
        if (error.status !== 408) throw error
        throw new Error(`the bot sent ${sent.person} no message within ${timeout} ms${refused}`)
      }
      seq = exchange.seq
      const message = parse(exchange.request.body.text)
      if (exchange.status !== 200) refused = `; the platform refused ${exchange.request.body.text} with ${exchange.response.body.text}`
      else if (message.message) return { ...message, body: exchange.request.body.text, exchange: seq }
    }
  }

  // exchange is one exchange with its bytes, by its number.
  exchange(seq) {
    return this.call('GET', `exchanges/${seq}`)
  }

  // reset forgets all but what the command line and --state say.
  reset() {
    return this.call('POST', 'reset')
  }

  // stop ends the platform and the bot that start() started, and returns what both wrote.
  async stop() {
    const { serve, ended, folder, output } = this.serve
    serve.kill()
    await ended
    const said = await readFile(output, 'utf8')
    await rm(folder, { recursive: true })
    return said
  }
}

// parse reads the body of a call: JSON, or a form whose values are JSON or texts.
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    const read = (value) => { try { return JSON.parse(value) } catch { return value } }
    return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, read(value)]))
  }
}
