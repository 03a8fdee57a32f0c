// What the user chose, as the server takes it, and the way to the server.
'use strict';

const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');

/** Changing one of these takes a new server. */
const FIXED = ['binary', 'arguments', 'connect', 'token', 'corpus', 'workspace', 'arrays'];

const isEmpty = (value) =>
  value === undefined || value === null || value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** `initializationOptions`; what is empty is left out. */
function initializationOptions(configuration) {
  const options = {
    corpus: configuration.get('corpus'),
    workspace: configuration.get('workspace'),
    settings: configuration.get('settings'),
    severities: configuration.get('severities'),
    references: configuration.get('references'),
    codeLens: configuration.get('codeLens'),
    inlayHints: configuration.get('inlayHints'),
  };
  if (configuration.get('connect')) {
    options.token = configuration.get('token') || process.env.THRESHER_TOKEN;
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => !isEmpty(value)));
}

const expanded = (name) => name.replace(/^~(?=\/)/, os.homedir());

/** The program's path; null where there is none that can be run. */
function findBinary(name) {
  const places = name.includes(path.sep)
    ? [expanded(name)]
    : (process.env.PATH || '').split(path.delimiter).map((folder) => path.join(folder, name));
  const isRunnable = (place) => {
    try {
      fs.accessSync(place, fs.constants.X_OK);
      return fs.statSync(place).isFile();
    } catch {
      return false;
    }
  };
  return places.find(isRunnable) || null;
}

/** A stream to the daemon at "HOST:PORT" or a socket's path. */
function connect(address) {
  const found = /^\[?([^/]+?)\]?:(\d+)$/.exec(address);
  return new Promise((resolve, reject) => {
    const stream = found
      ? net.connect(Number(found[2]), found[1])
      : net.connect(expanded(address));
    stream.once('connect', () => resolve({ reader: stream, writer: stream }));
    stream.once('error', (error) =>
      reject(new Error(`no daemon answers at ${address}: ${error.message}`)));
  });
}

/** How the server is reached; an error with a sentence for the user where it cannot be. */
function serverOptions(configuration) {
  const address = configuration.get('connect');
  if (address) return () => connect(address);
  const name = configuration.get('binary') || process.env.THRESHER_BIN || 'thresher';
  const command = findBinary(name);
  if (!command) {
    throw new Error(
      `"${name}" is not there or cannot be run; build Thresher and put it into PATH, ` +
        'or set thresher.binary');
  }
  return { command, args: ['lsp', ...configuration.get('arguments')] };
}

module.exports = { FIXED, initializationOptions, serverOptions };
