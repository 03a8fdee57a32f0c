// As much of vscode-languageclient as the extension touches, with a real server behind it.
'use strict';

const { spawn } = require('child_process');
const { workspace, window, commands } = require('../vscode');

const capabilities = {
  general: { positionEncodings: ['utf-16'] },
  workspace: { applyEdit: true, workspaceEdit: { documentChanges: true } },
  window: { showDocument: { support: true } },
  textDocument: { publishDiagnostics: { relatedInformation: true, versionSupport: true } },
};

class LanguageClient {
  constructor(id, name, serverOptions, clientOptions) {
    Object.assign(this, { serverOptions, clientOptions });
    this.answers = new Map();
    this.number = 0;
    this.registered = [];
    this.received = Buffer.alloc(0);
    LanguageClient.current = this;
    this.code2ProtocolConverter = { asUri: (uri) => uri };
    this.protocol2CodeConverter = { asLocation: (location) => location };
  }

  async start() {
    const options = this.serverOptions;
    if (typeof options === 'function') {
      const { reader, writer } = await options();
      this.writer = writer;
      reader.on('data', (data) => this.take(data));
    } else {
      this.process = spawn(options.command, options.args, { stdio: ['pipe', 'pipe', 'ignore'] });
      this.writer = this.process.stdin;
      this.process.stdout.on('data', (data) => this.take(data));
    }
    const { capabilities: offered } = await this.sendRequest('initialize', {
      processId: process.pid, rootUri: null, capabilities,
      initializationOptions: this.clientOptions.initializationOptions,
    });
    this.notify('initialized', {});
    // As the real one does: each command of the server is one of the editor's.
    const { executeCommand } = this.clientOptions.middleware;
    for (const command of offered.executeCommandProvider.commands) {
      const next = (name, parameters) =>
        this.sendRequest('workspace/executeCommand', { command: name, arguments: parameters });
      this.registered.push(commands.registerCommand(
        command, (...parameters) => executeCommand(command, parameters, next)));
    }
    const { document } = window.activeTextEditor;
    const { uri, languageId, version, text } = document;
    if (this.clientOptions.documentSelector.some(({ language }) => language === languageId)) {
      this.notify('textDocument/didOpen', {
        textDocument: { uri, languageId, version, text },
      });
    }
  }

  async stop() {
    await this.sendRequest('shutdown');
    this.notify('exit');
    this.registered.forEach((command) => command.dispose());
    this.writer.end();
  }

  sendRequest(method, params) {
    this.number += 1;
    this.send({ id: this.number, method, params });
    return new Promise((resolve, reject) => this.answers.set(this.number, { resolve, reject }));
  }

  notify(method, params) {
    this.send({ method, params });
  }

  send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.writer.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.writer.write(body);
  }

  take(data) {
    this.received = Buffer.concat([this.received, data]);
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.received.subarray(0, end))[1]);
      if (this.received.length < end + 4 + length) return;
      const body = this.received.subarray(end + 4, end + 4 + length);
      this.received = this.received.subarray(end + 4 + length);
      this.handle(JSON.parse(body));
    }
  }

  handle({ id, method, params, result, error }) {
    if (method === undefined) {
      const { resolve, reject } = this.answers.get(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    } else if (method === 'textDocument/publishDiagnostics') {
      this.diagnostics = params.diagnostics;
    } else if (method === 'workspace/applyEdit') {
      const { document } = window.activeTextEditor;
      const [{ textDocument, edits }] = params.edit.documentChanges;
      const applied = textDocument.version === document.version;
      if (applied) {
        document.apply(edits);
        this.changed();
      }
      this.send({ id, result: { applied } });
    } else if (id !== undefined) {
      this.send({ id, result: null });
    }
  }

  changed() {
    const { uri, version, text } = window.activeTextEditor.document;
    this.notify('textDocument/didChange', {
      textDocument: { uri, version }, contentChanges: [{ text }],
    });
  }
}

module.exports = { LanguageClient };
