#!/usr/bin/env node
// Starts the program that npm installed for this platform, in a package of its own.
'use strict';

const {spawn} = require('node:child_process');
const {openSync, readFileSync} = require('node:fs');
const {constants} = require('node:os');
const {name: ours, optionalDependencies: platforms} = require('./package.json');

// The exit code of Referee where it could not start what it needs.
const trouble = 3;

function give(up) {
  console.error(`referee: ${up}`);
  process.exit(trouble);
}

const name = `${ours}-${process.platform}-${process.arch}`;
let program;
try {
  program = require.resolve(`${name}/bin/referee${process.platform === 'win32' ? '.exe' : ''}`);
} catch {
  if (!(name in platforms)) {
    const there = Object.keys(platforms).map((platform) => platform.slice(ours.length + 1)).join(', ');
    give(`there is no program for ${process.platform}-${process.arch}, only for ${there}; \`go install github.com/seed-11445fa1/referee/runner/cmd/referee@latest\` makes one`);
  }
  give(`the package ${name} is not installed, which has the program for this platform: install again, without --omit=optional and without a node_modules of another platform`);
}

const child = spawn(program, process.argv.slice(2), {stdio: 'inherit'});
child.on('error', (error) => give(`${program} does not start: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

// Whoever ends this process ends the program, and this process waits for the reports. The
// program is told once: a second signal would end it before it has written them.
let told = false;
function tell(signal) {
  told = true;
  child.kill(signal);
}
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => tell(signal));
process.on('SIGINT', () => {
  if (fromTerminal()) told = true;
  else tell('SIGINT');
});

// Ctrl-C in a terminal reaches all that runs in its foreground, and so the program too.
function fromTerminal() {
  if (process.platform === 'win32') return true;
  try {
    if (process.platform !== 'linux') return openSync('/dev/tty') > 0;
    const about = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = about.slice(about.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return false;
  }
}

// npx passes a signal on to a shell, which ends and tells nobody. What the terminal has sent
// at the same time is heard first.
if (process.env.npm_lifecycle_event === 'npx') {
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    setImmediate(() => told || tell('SIGTERM'));
  }, 200);
}
