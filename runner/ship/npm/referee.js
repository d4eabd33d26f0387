#!/usr/bin/env node
// Starts the program that npm installed for this platform, in a package of its own.
'use strict';

const {spawn} = require('node:child_process');
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

// Ctrl-C reaches the program from the terminal; what is sent to this process alone has to
// be passed on. Either way this process waits for the reports.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
